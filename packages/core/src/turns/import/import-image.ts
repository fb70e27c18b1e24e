import { decodeDataUrl, describeImage } from '../image.ts';
import type { Part } from '../turn.ts';
import type { ImportContext } from './imported-message.ts';

/** An image as other programs store it: the bytes, base64, a `data:` URL or the URL of a web page. */
export interface ImportedImage {
  readonly data: unknown;
  /** Such as `image/png`; needed for base64 only. */
  readonly mediaType?: unknown;
}

/**
 * The part for an image: a reference if its bytes are given and there is a blob store; otherwise, or if the bytes are not
 * an image, a text in its place and the change `replaced-image`.
 */
export function importImage(image: ImportedImage, context: ImportContext): Part {
  const bytes = context.blobs === undefined ? undefined : bytesOf(image);
  const reference = bytes === undefined ? undefined : describeOrSkip(bytes);
  if (bytes === undefined || reference === undefined || context.blobs === undefined) {
    const shown = describe(image);
    context.note('replaced-image', shown);
    return { type: 'text', text: `[image ${shown}]` };
  }
  context.stores(context.blobs.put(reference.sha256, bytes));
  return { type: 'image', image: reference };
}

function bytesOf({ data, mediaType }: ImportedImage): Uint8Array | undefined {
  if (data instanceof Uint8Array) return data;
  if (data instanceof ArrayBuffer) return new Uint8Array(data);
  const text = urlOf(data);
  if (text === undefined || /^https?:/i.test(text)) return undefined;
  const type = typeof mediaType === 'string' ? mediaType : 'image/*';
  const url = text.startsWith('data:') ? text : `data:${type};base64,${text}`;
  return orUndefined(() => decodeDataUrl(url));
}

function describeOrSkip(bytes: Uint8Array) {
  return orUndefined(() => describeImage(bytes));
}

/** The result of a function that throws if an image is not valid; `undefined` in that case. */
function orUndefined<Value>(read: () => Value): Value | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}

function urlOf(data: unknown): string | undefined {
  return data instanceof URL ? data.href : typeof data === 'string' ? data : undefined;
}

function describe({ data, mediaType }: ImportedImage): string {
  const url = urlOf(data);
  if (url === undefined || url === '') return String(mediaType ?? 'without data');
  return /^https?:/i.test(url) ? url : `${url.slice(0, 30)}${url.length > 30 ? '…' : ''}`;
}
