import { bounded } from '../bounded.ts';
import { ModelError, TurnwiseError } from '../errors.ts';
import { startTimer } from '../tool/start-timer.ts';
import { Cancellation } from '../transport/cancellation.ts';
import type { BlobStore } from '../turns/blob-store.ts';
import { encodeDataUrl } from '../turns/image.ts';
import { PrefixCache } from '../turns/prefix-cache.ts';
import type { AssistantTurn, ImageRef, Part, Turn } from '../turns/turn.ts';

/** The images of a conversation, loaded for a request. */
export interface LoadedImages {
  /** The `data:` URL of an image. */
  readonly urlOf: (image: ImageRef) => string;
  /** The image that belongs to a URL of `urlOf`. */
  readonly imageAt: (url: string) => ImageRef | undefined;
}

/** How long {@link loadImages} may wait. */
export interface LoadLimits {
  readonly signal: AbortSignal;
  /** Milliseconds for all images. @default 600000 */
  readonly totalMs?: number | undefined;
}

/**
 * Loads the images of a conversation from the blob store, so that encoding needs no I/O. Throws `invalid_image` if an image
 * is not in the store, `model_timeout` if the store takes too long, and the signal's reason as soon as it aborts.
 */
export function loadImages(
  turns: readonly Turn[],
  blobs: BlobStore,
  limits: LoadLimits,
): LoadedImages | Promise<LoadedImages> {
  const found = imagesIn(turns);
  return found.length === 0 ? noImages : loadWithin(found, blobs, limits);
}

async function loadWithin(
  found: readonly ImageRef[],
  blobs: BlobStore,
  { signal, totalMs = 600_000 }: LoadLimits,
): Promise<LoadedImages> {
  const cancellation = new Cancellation(signal);
  const onTime = () =>
    cancellation.cancel(
      new ModelError(
        'model_timeout',
        `The blob store did not return the images within ${totalMs} ms.`,
        {
          kind: 'timeout',
          cure: 'Raise `timeouts.totalMs`, or check the blob store.',
        },
      ),
    );
  const timer = startTimer(onTime, totalMs)?.unref();
  try {
    return await loadAll(found, blobs, cancellation.signal);
  } finally {
    clearTimeout(timer);
    cancellation.close();
  }
}

async function loadAll(
  found: readonly ImageRef[],
  blobs: BlobStore,
  signal: AbortSignal,
): Promise<LoadedImages> {
  const urls = new Map<string, string>();
  const images = new Map<string, ImageRef>();
  for (const image of found) {
    if (urls.has(image.sha256)) continue;
    const url = await loadUrl(image, blobs, signal);
    urls.set(image.sha256, url);
    images.set(url, image);
  }
  return { urlOf: ({ sha256 }) => urls.get(sha256) ?? '', imageAt: (url) => images.get(url) };
}

const noImages: LoadedImages = { urlOf: () => '', imageAt: () => undefined };

async function loadUrl(image: ImageRef, blobs: BlobStore, signal: AbortSignal): Promise<string> {
  const made = dataUrls.get(image);
  if (made !== undefined) return made;
  const bytes = await bounded(signal, () => blobs.get(image.sha256));
  if (bytes === undefined) {
    throw new TurnwiseError(
      'invalid_image',
      `The bytes of image ${image.sha256.slice(0, 12)}… are not in the blob store. Pass the store that has them as the agent's option \`blobs\`.`,
    );
  }
  const url = encodeDataUrl(image, bytes);
  dataUrls.set(image, url);
  return url;
}

const dataUrls = new WeakMap<ImageRef, string>();
const conversations = new PrefixCache<readonly ImageRef[]>();

/** Each turn is searched once: a request repeats most turns of the request before it. */
function imagesIn(turns: readonly Turn[]): readonly ImageRef[] {
  const [first] = turns;
  if (first === undefined) return none;
  const past = conversations.recall(first, turns);
  const found: ImageRef[] = [];
  for (let at = past?.length ?? 0; at < turns.length; at++) addImagesOf(turns[at] as Turn, found);
  const known = past?.value ?? none;
  const images = found.length === 0 ? known : [...known, ...found];
  conversations.keep(first, turns, images);
  return images;
}

const none: readonly ImageRef[] = [];

function addImagesOf(turn: Turn, images: ImageRef[]): void {
  if (turn.role === 'assistant') return;
  for (const { parts } of partsIn(turn)) {
    for (const part of parts) {
      if (part.type === 'image') images.push(part.image);
    }
  }
}

function partsIn(
  turn: Exclude<Turn, AssistantTurn>,
): readonly { readonly parts: readonly Part[] }[] {
  if (turn.role === 'user') return turn.inputs;
  return turn.inputs === undefined ? turn.results : [...turn.results, ...turn.inputs];
}
