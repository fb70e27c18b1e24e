import { TurnwiseError } from '../errors.ts';
import { createNetGuard, type NetGuard } from '../net/net-guard.ts';
import { shorten } from '../shorten.ts';
import type { BlobStore } from '../turns/blob-store.ts';
import { decodeDataUrl, describeImage } from '../turns/image.ts';
import type { ImageRef } from '../turns/turn.ts';
import { fetchImage, nameOf } from './fetch-image.ts';
import { fitImage } from './fit-image.ts';
import { type ImageLimits, type ImageOptions, imageLimits } from './image-options.ts';
import type { SortedSource } from './image-source.ts';
import { readImageFile } from './read-image-file.ts';
import { tooManyBytes } from './too-many-bytes.ts';

/** Gets an image from where it lies and puts it into the blob store. The signal ends a fetch. */
export type ReadImage = (source: SortedSource, signal: AbortSignal) => Promise<ImageRef>;

/**
 * Makes the reader of an agent's images. It throws `invalid_image` for what is no image, too large, cut off or not there,
 * `network_refused` for an address that the guard does not allow, and `invalid_options` where `sharp` is missing.
 */
export function createImageReader(blobs: BlobStore, options: ImageOptions = {}): ReadImage {
  const guard = options.guard ?? createNetGuard();
  const limits = imageLimits(options);
  return async (source, signal) => {
    const name = nameSource(source);
    const found = await getBytes(source, { name, blobs, guard, limits, signal });
    if (found.length > limits.maxBytes) throw tooManyBytes(name, found.length, limits.maxBytes);
    const image = describeImage(found, { name });
    checkSize(image, name, limits);
    checkClaim(source, image);
    const fitted = await fitImage({ image, bytes: found, name }, options);
    await blobs.put(fitted.image.sha256, fitted.bytes);
    return fitted.image;
  };
}

function nameSource(source: SortedSource): string {
  switch (source.kind) {
    case 'file':
      return `The file "${shorten(String(source.path), 120)}"`;
    case 'web':
      return nameOf(source.url);
    case 'data':
      return 'The image of the data: URL';
    case 'known':
      return `The image ${shorten(source.image.sha256, 13)}`;
    case 'bytes':
    case 'blob':
      return 'The image';
  }
}

interface Environment {
  readonly name: string;
  readonly blobs: BlobStore;
  readonly guard: NetGuard;
  readonly limits: ImageLimits;
  readonly signal: AbortSignal;
}

/** Bytes that nobody else holds: what a program changes later must not change what was said. */
async function getBytes(source: SortedSource, around: Environment): Promise<Uint8Array> {
  const { name, blobs, limits, signal } = around;
  const { maxBytes } = limits;
  switch (source.kind) {
    case 'bytes':
      if (source.bytes.length > maxBytes) throw tooManyBytes(name, source.bytes.length, maxBytes);
      return source.bytes.slice();
    case 'blob':
      if (source.blob.size > maxBytes) throw tooManyBytes(name, source.blob.size, maxBytes);
      return new Uint8Array(await source.blob.arrayBuffer());
    case 'data':
      // Four characters say three bytes.
      if (source.url.length * 0.75 > maxBytes + slack) {
        throw tooManyBytes(name, Math.floor(source.url.length * 0.75), maxBytes);
      }
      return decodeDataUrl(source.url);
    case 'web':
      return fetchImage(source.url, { guard: around.guard, maxBytes, signal });
    case 'file':
      return readImageFile(source.path, { name, maxBytes });
    case 'known':
      return findStored(source.image, name, blobs);
  }
}

/** Bytes that the head of a data URL and line ends within it may take beside the image. */
const slack = 1024 * 1024;

async function findStored({ sha256 }: ImageRef, name: string, blobs: BlobStore) {
  const bytes = await blobs.get(sha256);
  if (bytes !== undefined) return bytes;
  throw new TurnwiseError(
    'invalid_image',
    `${name} is not in the agent's blob store; pass its bytes, or give the agent the store that kept them (option blobs).`,
  );
}

function checkSize({ width, height }: ImageRef, name: string, { maxPixels }: ImageLimits): void {
  if (width < 1 || height < 1) {
    throw new TurnwiseError('invalid_image', `${name} has no pixels (${width} by ${height}).`);
  }
  if (width * height > maxPixels) {
    throw new TurnwiseError(
      'invalid_image',
      `${name} has ${width} by ${height} pixels, and at most ${maxPixels} are taken; make it smaller, or raise images.maxPixels.`,
    );
  }
}

/** A name can be wrong by accident; a data: URL that says another type was put together wrongly. */
function checkClaim(source: SortedSource, { mediaType }: ImageRef): void {
  if (source.kind !== 'data') return;
  const claimed = /^data:([^;,]*)/i.exec(source.url)?.[1]?.trim().toLowerCase() ?? '';
  if (claimed === mediaType || claimsNothing.has(claimed)) return;
  if (mediaType === 'image/jpeg' && jpegNames.has(claimed)) return;
  throw new TurnwiseError(
    'invalid_image',
    `The data: URL says "${shorten(claimed, 120)}", but its bytes are ${mediaType}; say data:${mediaType};base64,….`,
  );
}

const claimsNothing: ReadonlySet<string> = new Set(['', 'application/octet-stream']);
const jpegNames: ReadonlySet<string> = new Set(['image/jpg', 'image/pjpeg']);
