/** What the stand-in sees of an image. Sizes are in pixels; `colour` is the average, each channel from 0 to 255. */
export interface Image {
  format: string;
  width: number;
  height: number;
  /** `undefined` for formats that are not decoded (GIF, WebP, …). */
  colour: { red: number; green: number; blue: number } | undefined;
}

/** An image was refused. Each server sends its own message for it. */
export class ImageError extends Error {
  readonly reason: 'bad-url' | 'bad-base64' | 'not-an-image';

  constructor(reason: ImageError['reason'], message: string) {
    super(message);
    this.name = new.target.name;
    this.reason = reason;
  }
}

/** Decodes a `data:` URL. Throws `ImageError`. Never accesses the network. */
export async function decodeImage(url: string): Promise<Image> {
  const header = /^data:([\w.+-]+\/[\w.+-]+)?(?:;[\w=.-]+)*;base64,/.exec(url);
  if (header === null) {
    throw new ImageError('bad-url', 'Only data: URLs with base64 can be read here.');
  }
  const encoded = url.slice(header[0].length);
  if (!/^[A-Za-z0-9+/\s]*={0,2}\s*$/.test(encoded) || encoded.trim() === '') {
    throw new ImageError('bad-base64', 'Invalid base64-encoded string');
  }
  return readImage(Buffer.from(encoded, 'base64'));
}

/** Tokens of one image on Gemma 3: 256 soft tokens between two marker tokens and two blank lines. */
export const imageTokens = 260;

/**
 * Tokens of an image with pan-and-scan: a long image is sent again as two to four crops, inside an
 * English sentence. (transformers `processing_gemma3.py`, vLLM `gemma3_mm.py`)
 */
export function panAndScanTokens({ width, height }: Pick<Image, 'width' | 'height'>): number {
  const long = Math.max(width, height);
  const short = Math.min(width, height);
  const ratio = long / short;
  if (ratio < 1.2) return imageTokens;
  const crops = Math.max(2, Math.min(4, Math.floor(long / 256), Math.floor(ratio + 0.5)));
  if (Math.min(Math.ceil(long / crops), short) < 256) return imageTokens;
  const sentence = 17;
  return imageTokens * (crops + 1) + sentence + (crops - 1);
}

async function readImage(bytes: Buffer): Promise<Image> {
  const { imageSize } = await import('image-size');
  try {
    const { width, height, type = 'unknown' } = imageSize(bytes);
    return { format: type, width, height, colour: await averageColour(bytes, type) };
  } catch (error) {
    throw new ImageError('not-an-image', `cannot identify image file: ${String(error)}`);
  }
}

async function averageColour(bytes: Buffer, type: string): Promise<Image['colour']> {
  if (type === 'png') {
    const { PNG } = await import('pngjs');
    return average(PNG.sync.read(bytes).data);
  }
  if (type === 'jpg') {
    const jpeg = await import('jpeg-js');
    return average(jpeg.default.decode(bytes, { useTArray: true, maxMemoryUsageInMB: 256 }).data);
  }
  return undefined;
}

function average(pixels: Uint8Array): NonNullable<Image['colour']> {
  const sums = { red: 0, green: 0, blue: 0 };
  const count = Math.max(1, Math.floor(pixels.length / 4));
  for (let at = 0; at + 3 < pixels.length; at += 4) {
    sums.red += pixels[at] ?? 0;
    sums.green += pixels[at + 1] ?? 0;
    sums.blue += pixels[at + 2] ?? 0;
  }
  const channel = (sum: number) => Math.round(sum / count);
  return { red: channel(sums.red), green: channel(sums.green), blue: channel(sums.blue) };
}
