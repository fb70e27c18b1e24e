import { TurnwiseError } from '../errors.ts';
import { createNetGuard, type NetGuard } from '../net/net-guard.ts';
import { shorten } from '../shorten.ts';
import type { KeepImage } from '../tool/tool-output.ts';
import type { BlobStore } from '../turns/blob-store.ts';
import { decodeDataUrl, describeImage } from '../turns/image.ts';
import type { ImageRef } from '../turns/turn.ts';
import { fetchImage, nameOf } from './fetch-image.ts';
import { fitImage } from './fit-image.ts';
import { type ImageLimits, type ImageOptions, imageLimits } from './image-options.ts';
import { type SortedSource, sortImageSource } from './image-source.ts';
import { readImageFile } from './read-image-file.ts';
import { tooManyBytes } from './too-many-bytes.ts';

/** Reads an image and puts it into the blob store. The signal aborts a fetch. */
export type ReadImage = (source: SortedSource, signal: AbortSignal) => Promise<ImageRef>;

/**
 * Creates the function that reads the images of an agent's inputs. It throws `invalid_image` if the image is missing, too
 * large, incomplete or not an image, `network_refused` if the guard does not allow the URL, and `invalid_options` if
 * `sharp` is needed but not installed.
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
    checkMediaType(source, image);
    const fitted = await fitImage({ image, bytes: found, name }, options);
    await blobs.put(fitted.image.sha256, fitted.bytes);
    return fitted.image;
  };
}

/** Reads images that tools return with the same limits. A tool gives bytes or a `data:` URL; no URL is fetched. */
export function imageKeeper(read: ReadImage): KeepImage {
  return (source, signal) => {
    const sorted = sortImageSource(source);
    if (sorted !== undefined && ownKinds.has(sorted.kind)) return read(sorted, signal);
    throw new TurnwiseError(
      'invalid_image',
      'An image that a tool returns must be bytes or a `data:` URL.',
    );
  };
}

const ownKinds: ReadonlySet<SortedSource['kind']> = new Set(['blob', 'bytes', 'data']);

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

/** A copy of the bytes: if the program changes its own later, the conversation must stay the same. */
async function getBytes(source: SortedSource, environment: Environment): Promise<Uint8Array> {
  const { name, blobs, limits, signal } = environment;
  const { maxBytes } = limits;
  switch (source.kind) {
    case 'bytes':
      if (source.bytes.length > maxBytes) throw tooManyBytes(name, source.bytes.length, maxBytes);
      return source.bytes.slice();
    case 'blob':
      if (source.blob.size > maxBytes) throw tooManyBytes(name, source.blob.size, maxBytes);
      return new Uint8Array(await source.blob.arrayBuffer());
    case 'data':
      // Base64 encodes three bytes in four characters.
      if (source.url.length * 0.75 > maxBytes + slack) {
        throw tooManyBytes(name, Math.floor(source.url.length * 0.75), maxBytes);
      }
      return decodeDataUrl(source.url);
    case 'web':
      return fetchImage(source.url, { guard: environment.guard, maxBytes, signal });
    case 'file':
      return readImageFile(source.path, { name, maxBytes });
    case 'known':
      return findStored(source.image, name, blobs);
  }
}

/** Additional bytes for the prefix of a data URL and for line ends in it. */
const slack = 1024 * 1024;

async function findStored({ sha256 }: ImageRef, name: string, blobs: BlobStore) {
  const bytes = await blobs.get(sha256);
  if (bytes !== undefined) return bytes;
  throw new TurnwiseError(
    'invalid_image',
    `${name} is not in the agent's blob store. Pass its bytes, or pass the store that contains it as the agent's option "blobs".`,
  );
}

function checkSize({ width, height }: ImageRef, name: string, { maxPixels }: ImageLimits): void {
  if (width < 1 || height < 1) {
    throw new TurnwiseError('invalid_image', `${name} has no pixels (${width} by ${height}).`);
  }
  if (width * height > maxPixels) {
    throw new TurnwiseError(
      'invalid_image',
      `${name} has ${width} by ${height} pixels; the limit is ${maxPixels}. Use a smaller image, or increase images.maxPixels.`,
    );
  }
}

/** Throws if the media type of a data: URL is not that of its bytes. The ending of a file name is not checked. */
function checkMediaType(source: SortedSource, { mediaType }: ImageRef): void {
  if (source.kind !== 'data') return;
  const claimed = /^data:([^;,]*)/i.exec(source.url)?.[1]?.trim().toLowerCase() ?? '';
  if (claimed === mediaType || unspecificTypes.has(claimed)) return;
  if (mediaType === 'image/jpeg' && jpegNames.has(claimed)) return;
  throw new TurnwiseError(
    'invalid_image',
    `The data: URL has the media type "${shorten(claimed, 120)}", but its bytes are ${mediaType}. Use data:${mediaType};base64,….`,
  );
}

const unspecificTypes: ReadonlySet<string> = new Set(['', 'application/octet-stream']);
const jpegNames: ReadonlySet<string> = new Set(['image/jpg', 'image/pjpeg']);
