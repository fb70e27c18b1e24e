import { TurnwiseError } from '../errors.ts';
import type { BlobStore } from '../turns/blob-store.ts';
import { encodeDataUrl } from '../turns/image.ts';
import type { ImageRef, Part, Turn } from '../turns/turn.ts';

/** The images of a conversation, ready for the wire. */
export interface LoadedImages {
  /** The `data:` URL of an image. */
  readonly urlOf: (image: ImageRef) => string;
  /** The image that a URL of `urlOf` shows. */
  readonly imageAt: (url: string) => ImageRef | undefined;
}

/**
 * Fetches the images of a conversation from the blob store, so that encoding can be pure.
 * Throws `invalid_image` where the store does not have one.
 */
export async function loadImages(turns: readonly Turn[], blobs: BlobStore): Promise<LoadedImages> {
  const urls = new Map<string, string>();
  const images = new Map<string, ImageRef>();
  for (const turn of turns) {
    for (const part of partsOf(turn)) {
      if (part.type !== 'image' || urls.has(part.image.sha256)) continue;
      const url = await loadUrl(part.image, blobs);
      urls.set(part.image.sha256, url);
      images.set(url, part.image);
    }
  }
  return { urlOf: ({ sha256 }) => urls.get(sha256) ?? '', imageAt: (url) => images.get(url) };
}

async function loadUrl(image: ImageRef, blobs: BlobStore): Promise<string> {
  const known = dataUrls.get(image);
  if (known !== undefined) return known;
  const bytes = await blobs.get(image.sha256);
  if (bytes === undefined) {
    throw new TurnwiseError(
      'invalid_image',
      `The bytes of image ${image.sha256.slice(0, 12)}… are not in the blob store; give the agent the store that kept them (option blobs).`,
    );
  }
  const url = encodeDataUrl(image, bytes);
  dataUrls.set(image, url);
  return url;
}

const dataUrls = new WeakMap<ImageRef, string>();
const none: readonly Part[] = [];

function partsOf(turn: Turn): readonly Part[] {
  switch (turn.role) {
    case 'assistant':
      return none;
    case 'user':
      return turn.inputs.length === 1
        ? turn.inputs[0].parts
        : turn.inputs.flatMap(({ parts }) => parts);
    case 'tool':
      return [...turn.results, ...(turn.words ?? [])].flatMap(({ parts }) => parts);
  }
}
