/** What the stand-in sees of a picture. Sizes in pixels; `colour` is the average, 0 to 255 a channel. */
export interface Picture {
  format: string;
  width: number;
  height: number;
  /** `undefined` for formats that are only measured, not decoded (GIF, WebP, …). */
  colour: { red: number; green: number; blue: number } | undefined;
}

/** Why a picture was refused; each server answers it in its own words. */
export class PictureError extends Error {
  readonly reason: 'bad-url' | 'bad-base64' | 'no-picture';

  constructor(reason: PictureError['reason'], message: string) {
    super(message);
    this.name = new.target.name;
    this.reason = reason;
  }
}

/** Decodes a `data:` URL. Throws `PictureError`; never fetches anything. */
export async function decodePicture(url: string): Promise<Picture> {
  const header = /^data:([\w.+-]+\/[\w.+-]+)?(?:;[\w=.-]+)*;base64,/.exec(url);
  if (header === null) {
    throw new PictureError('bad-url', 'Only data: URLs with base64 can be read here.');
  }
  const encoded = url.slice(header[0].length);
  if (!/^[A-Za-z0-9+/\s]*={0,2}\s*$/.test(encoded) || encoded.trim() === '') {
    throw new PictureError('bad-base64', 'Invalid base64-encoded string');
  }
  return readPicture(Buffer.from(encoded, 'base64'));
}

/** Tokens of one picture on Gemma 3: 256 soft tokens between two marks and two blank lines. */
export const pictureTokens = 260;

/**
 * Tokens of a picture under pan-and-scan: long pictures are sent again in two to four crops, with an
 * English sentence around them. (transformers `processing_gemma3.py`, vLLM `gemma3_mm.py`)
 */
export function panAndScanTokens({ width, height }: Pick<Picture, 'width' | 'height'>): number {
  const long = Math.max(width, height);
  const short = Math.min(width, height);
  const ratio = long / short;
  if (ratio < 1.2) return pictureTokens;
  const crops = Math.max(2, Math.min(4, Math.floor(long / 256), Math.floor(ratio + 0.5)));
  if (Math.min(Math.ceil(long / crops), short) < 256) return pictureTokens;
  const sentence = 17;
  return pictureTokens * (crops + 1) + sentence + (crops - 1);
}

async function readPicture(bytes: Buffer): Promise<Picture> {
  const { imageSize } = await import('image-size');
  try {
    const { width, height, type = 'unknown' } = imageSize(bytes);
    return { format: type, width, height, colour: await averageColour(bytes, type) };
  } catch (error) {
    throw new PictureError('no-picture', `cannot identify image file: ${String(error)}`);
  }
}

async function averageColour(bytes: Buffer, type: string): Promise<Picture['colour']> {
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

function average(pixels: Uint8Array): NonNullable<Picture['colour']> {
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
