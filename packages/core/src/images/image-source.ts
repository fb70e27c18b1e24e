import { isAnyArrayBuffer } from 'node:util/types';
import { isJsonObject } from '../json.ts';
import type { ImageRef } from '../turns/turn.ts';

/**
 * An image: its bytes, the path of a file, a URL, or an image of a conversation whose bytes are in the agent's blob store.
 * A string that begins with `data:`, `https:`, `http:` or `file:` is a URL; any other string is the path of a file.
 */
export type ImageSource = string | URL | Uint8Array | ArrayBuffer | Blob | ImageRef;

/** An image source by the way in which its bytes are read. */
export type SortedSource =
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array }
  | { readonly kind: 'blob'; readonly blob: Blob }
  | { readonly kind: 'data'; readonly url: string }
  | { readonly kind: 'web'; readonly url: string }
  | { readonly kind: 'file'; readonly path: string | URL }
  | { readonly kind: 'known'; readonly image: ImageRef };

/** The kind of an image source; `undefined` if the value is not an image source. */
export function sortImageSource(source: unknown): SortedSource | undefined {
  if (typeof source === 'string') return sortText(source);
  if (source instanceof URL) return sortText(source.href);
  if (ArrayBuffer.isView(source)) {
    const { buffer, byteOffset, byteLength } = source;
    return { kind: 'bytes', bytes: new Uint8Array(buffer, byteOffset, byteLength) };
  }
  if (isAnyArrayBuffer(source)) return { kind: 'bytes', bytes: new Uint8Array(source) };
  if (isBlob(source)) return { kind: 'blob', blob: source };
  if (isJsonObject(source) && typeof source.sha256 === 'string') {
    return { kind: 'known', image: source as unknown as ImageRef };
  }
  return undefined;
}

function sortText(text: string): SortedSource | undefined {
  switch (/^(data|https?|file):/i.exec(text)?.[1]?.toLowerCase()) {
    case 'data':
      return { kind: 'data', url: text };
    case 'http':
    case 'https':
      return { kind: 'web', url: text };
    case 'file':
      return { kind: 'file', path: URL.canParse(text) ? new URL(text) : text };
    default:
      return text === '' ? undefined : { kind: 'file', path: text };
  }
}

/** A `Blob` of another realm is not an instance of this realm's class. */
function isBlob(value: unknown): value is Blob {
  const { size, arrayBuffer } = Object(value) as Partial<Blob>;
  return typeof size === 'number' && typeof arrayBuffer === 'function';
}
