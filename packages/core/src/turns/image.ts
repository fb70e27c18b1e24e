import { createHash } from 'node:crypto';
import { createRequire } from 'node:module';
import { TurnwiseError } from '../errors.ts';
import { isCutOff } from './is-cut-off.ts';
import type { ImageRef } from './turn.ts';

/** Media types that the servers of the known profiles decode. */
const mediaTypes: Readonly<Record<string, string>> = {
  png: 'image/png',
  jpg: 'image/jpeg',
  webp: 'image/webp',
  gif: 'image/gif',
};

const load = createRequire(import.meta.url);

/**
 * What stands for an image in a transcript, found from the bytes alone: a file's name may lie. `name` says in errors which
 * image it is. Throws `invalid_image` where the bytes are no PNG, JPEG, WebP or GIF, or end before the image does.
 */
export function describeImage(bytes: Uint8Array, { name = 'The image' } = {}): ImageRef {
  const { type, width, height } = measure(bytes);
  const mediaType = mediaTypes[type ?? ''];
  if (mediaType === undefined) {
    const what = type === undefined ? 'is no image' : `is of type "${type}"`;
    throw new TurnwiseError(
      'invalid_image',
      `${name} (${bytes.length} bytes) ${what}; pass a PNG, JPEG, WebP or GIF.`,
    );
  }
  if (isCutOff(bytes, mediaType)) {
    throw new TurnwiseError(
      'invalid_image',
      `${name} (${mediaType}) ends in the middle, after ${bytes.length} bytes; get it again, whole.`,
    );
  }
  return Object.freeze({
    sha256: createHash('sha256').update(bytes).digest('hex'),
    mediaType,
    width,
    height,
  });
}

/**
 * The bytes of a `data:` URL. Throws `invalid_image` where it is none or its base64 is broken:
 * Node's decoder would skip what it does not know and give other bytes.
 */
export function decodeDataUrl(url: string): Uint8Array {
  const comma = url.indexOf(',');
  const head = url.slice(0, comma);
  const body = url.slice(comma + 1).replace(/\s/g, '');
  if (comma < 0 || !head.startsWith('data:') || !head.endsWith(';base64')) {
    throw new TurnwiseError(
      'invalid_image',
      'An image URL must be `data:image/…;base64,…`; pass bytes, or the path of a file.',
    );
  }
  if (body.length % 4 === 1 || !/^[A-Za-z0-9+/]*={0,2}$/.test(body)) {
    throw new TurnwiseError('invalid_image', 'The data URL of the image is not valid base64.');
  }
  return Buffer.from(body, 'base64');
}

/** An image as a `data:` URL, the one form that every server takes. */
export function encodeDataUrl(image: ImageRef, bytes: Uint8Array): string {
  const base64 = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('base64');
  return `data:${image.mediaType};base64,${base64}`;
}

interface Measured {
  readonly type?: string | undefined;
  readonly width: number;
  readonly height: number;
}

function measure(bytes: Uint8Array): Measured {
  const { imageSize } = load('image-size') as typeof import('image-size');
  try {
    return imageSize(bytes);
  } catch {
    return { width: 0, height: 0 };
  }
}
