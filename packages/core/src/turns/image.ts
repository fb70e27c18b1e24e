import { createRequire } from 'node:module';
import { TurnwiseError } from '../errors.ts';
import { nodeCrypto } from '../node-crypto.ts';
import { isCutOff } from './is-cut-off.ts';
import type { ImageRef } from './turn.ts';

/** Media types that the servers of the known profiles can decode. */
const mediaTypes: Readonly<Record<string, string>> = {
  png: 'image/png',
  jpg: 'image/jpeg',
  webp: 'image/webp',
  gif: 'image/gif',
};

const require = createRequire(import.meta.url);

/**
 * The reference to an image that a transcript holds. The media type is detected from the bytes, because the name of a
 * file can be wrong. `name` is the name of the image in errors. Throws `invalid_image` if the bytes are not a PNG, JPEG,
 * WebP or GIF, or if the image is not complete.
 */
export function describeImage(bytes: Uint8Array, { name = 'The image' } = {}): ImageRef {
  const { type, width, height } = measure(bytes);
  const mediaType = mediaTypes[type ?? ''];
  if (mediaType === undefined) {
    const what = type === undefined ? 'is not an image' : `is of type "${type}"`;
    throw new TurnwiseError(
      'invalid_image',
      `${name} (${bytes.length} bytes) ${what}; pass a PNG, JPEG, WebP or GIF.`,
    );
  }
  if (isCutOff(bytes, mediaType)) {
    throw new TurnwiseError(
      'invalid_image',
      `${name} (${mediaType}) is not complete: it ends after ${bytes.length} bytes. Load it again.`,
    );
  }
  return Object.freeze({
    sha256: nodeCrypto().createHash('sha256').update(bytes).digest('hex'),
    mediaType,
    width,
    height,
  });
}

/**
 * The bytes of a `data:` URL. Throws `invalid_image` if the URL is not a `data:` URL or its base64 is not valid. Node's
 * decoder skips invalid characters and would return wrong bytes.
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
    throw new TurnwiseError(
      'invalid_image',
      'The data URL of the image is not valid base64. Pass all of it, or pass the bytes.',
    );
  }
  return Buffer.from(body, 'base64');
}

/** An image as a `data:` URL, the form that every server accepts. */
export function encodeDataUrl(image: ImageRef, bytes: Uint8Array): string {
  const base64 = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('base64');
  return `data:${image.mediaType};base64,${base64}`;
}

/** The EXIF orientation of an image, 1 (upright) to 8; 1 if the image does not have one. */
export function orientationOf(bytes: Uint8Array): number {
  return measure(bytes).orientation ?? 1;
}

interface Measured {
  readonly type?: string | undefined;
  readonly width: number;
  readonly height: number;
  readonly orientation?: number;
}

function measure(bytes: Uint8Array): Measured {
  const { imageSize } = require('image-size') as typeof import('image-size');
  try {
    return imageSize(bytes);
  } catch {
    return { width: 0, height: 0 };
  }
}
