import { isJsonObject, type JsonValue } from '../json.ts';
import type { BlobStore } from '../turns/blob-store.ts';
import { decodeDataUrl, describeImage } from '../turns/image.ts';
import type { Part, TextPart } from '../turns/turn.ts';

/** An image as a tool returns it: its bytes, or a `data:` URL. */
export interface ToolImage {
  readonly type: 'image';
  readonly image: Uint8Array | string;
}

/** Content for the model: text, JSON, or parts with images. `undefined` is sent as "Done." */
export type ToolContent = undefined | ToolJson | readonly (TextPart | ToolImage)[] | ToolImage;

/** A value for JSON.stringify: keys may be `undefined`, and objects such as dates may have a `toJSON` method. */
export type ToolJson = string | number | boolean | null | object;

/** What a tool returns: content for the model, or content for the model and a value for the program. */
export type ToolOutput =
  | ToolContent
  | { readonly forModel: ToolContent; readonly forApp?: JsonValue };

/** The return value of a tool in the form of a result. */
export interface ReadOutput {
  readonly parts: readonly Part[];
  readonly forApp?: JsonValue;
}

/**
 * Converts the return value of a tool: images are stored in the blob store, everything else becomes text. Throws if a
 * value cannot be converted to JSON or an image is not valid; the caller turns that into an `error` result.
 */
export function readOutput(output: unknown, blobs: BlobStore): ReadOutput {
  if (isJsonObject(output) && 'forModel' in output) {
    const parts = readContent(output.forModel, blobs);
    return output.forApp === undefined ? { parts } : { parts, forApp: plainJson(output.forApp) };
  }
  return { parts: readContent(output, blobs) };
}

function readContent(content: unknown, blobs: BlobStore): readonly Part[] {
  if (isImage(content)) return [keepImage(content, blobs)];
  if (isParts(content)) {
    return content.map((part) =>
      part.type === 'image' ? keepImage(part, blobs) : { type: 'text', text: part.text },
    );
  }
  return [{ type: 'text', text: formatAsText(content) }];
}

function keepImage({ image }: ToolImage, blobs: BlobStore): Part {
  const bytes = typeof image === 'string' ? decodeDataUrl(image) : image;
  const reference = describeImage(bytes);
  blobs.put(reference.sha256, bytes);
  return { type: 'image', image: reference };
}

function formatAsText(content: unknown): string {
  if (typeof content === 'string') return content;
  if (content === undefined) return 'Done.';
  return toJsonText(content);
}

/** A copy: the transcript freezes its values, and the tool may keep using the original. */
function plainJson(value: unknown): JsonValue {
  return JSON.parse(toJsonText(value));
}

function toJsonText(value: unknown): string {
  const text = JSON.stringify(value);
  if (text === undefined)
    throw new TypeError(`A tool cannot return a ${typeof value}. Return text, JSON or parts.`);
  return text;
}

function isImage(value: unknown): value is ToolImage {
  const image = (value as Partial<ToolImage> | null)?.image;
  return (
    (value as Partial<ToolImage> | null)?.type === 'image' &&
    (typeof image === 'string' || image instanceof Uint8Array)
  );
}

function isParts(value: unknown): value is readonly (TextPart | ToolImage)[] {
  return Array.isArray(value) && value.some(isImage) && value.every(isPart);
}

function isPart(value: unknown): boolean {
  if (isImage(value)) return true;
  const part = value as Partial<TextPart> | null;
  return part?.type === 'text' && typeof part.text === 'string';
}
