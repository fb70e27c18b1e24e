import type { JsonValue } from '../json.ts';
import { isPromiseLike } from '../promise-like.ts';
import type { ImageRef, Part, TextPart } from '../turns/turn.ts';
import { describeThrown } from './describe-error.ts';
import { readForeignResult, readParts } from './foreign-result.ts';
import { imageInText, takeImagesOutOfJson } from './images-in-json.ts';
import { beginsAsImage, decodeText } from './result-bytes.ts';
import { decodeBase64, isTextType, leftOut, type OutputPart, readPart } from './result-part.ts';
import { isBlob, isBytes, isError, toPlainJson } from './to-plain-json.ts';

/** An image as a tool returns it: its bytes, or a `data:` URL. */
export interface ToolImage {
  readonly type: 'image';
  readonly image: Uint8Array | ArrayBuffer | Blob | string;
}

/**
 * Content for the model: text, JSON, bytes of an image or a text, parts, or the result of an MCP client, of the AI SDK or of
 * LangChain. `undefined` is sent as "Done."
 */
export type ToolContent = undefined | ToolJson | readonly (TextPart | ToolImage)[] | ToolImage;

/** A value for JSON.stringify: keys may be `undefined`, and objects such as dates may have a `toJSON` method. */
export type ToolJson = string | number | boolean | null | object;

/** What a tool returns: content for the model, or content for the model and a value for the program. */
export type ToolOutput =
  | ToolContent
  | {
      readonly forModel: ToolContent;
      readonly forApp?: JsonValue;
      /** Whether the call failed. The content explains it to the model, and may have images. @default false */
      readonly isError?: boolean;
    };

/** The return value of a tool in the form of a result. */
export interface ReadOutput {
  readonly status: 'ok' | 'error';
  readonly parts: readonly Part[];
  readonly forApp?: JsonValue;
}

/** Checks an image, stores it and returns its reference. Throws or rejects if it is not a valid image or too large. */
export type KeepImage = (
  source: Uint8Array | ArrayBuffer | Blob | string,
  signal: AbortSignal,
) => ImageRef | Promise<ImageRef>;

/**
 * Converts the return value of a tool: images are kept with `keepImage`, JSON is for the model as text and for the program as
 * a value. Throws or rejects if JSON cannot represent the value or an image is not valid, and with an error that the tool
 * returned; the caller turns that into an `error` result.
 */
export function readOutput(
  output: unknown,
  keepImage: (source: Uint8Array | ArrayBuffer | Blob | string) => ImageRef | Promise<ImageRef>,
): ReadOutput | Promise<ReadOutput> {
  const content = readContent(output);
  return isPromiseLike(content)
    ? Promise.resolve(content).then((read) => finish(read, keepImage))
    : finish(content, keepImage);
}

/** The parts of an output before its images are read. */
interface Content {
  readonly parts: readonly OutputPart[];
  readonly isError?: boolean;
  readonly forApp?: JsonValue;
}

function readContent(output: unknown): Content | Promise<Content> {
  if (output === undefined) return textContent('Done.');
  if (typeof output === 'string') return readText(output);
  if (typeof output !== 'object' || output === null) return jsonContent(output);
  if (isError(output)) throw output;
  if (output instanceof URL && output.protocol === 'data:') return readText(output.href);
  const bytes = isBytes(output) ? output : readSavedBuffer(output);
  if (bytes !== undefined) return readBytes(bytes);
  if (Array.isArray(output)) return readList(output);
  if ('forModel' in output) return readForModel(output as { readonly forModel: unknown });
  const part = readPart(output);
  return part === undefined ? readObject(output) : { parts: [part] };
}

/** A list of parts, or of texts and bytes, is content; every other list is JSON. */
function readList(list: readonly unknown[]): Content | Promise<Content> {
  const parts = readParts(list);
  if (parts !== undefined) return { parts };
  const hasParts = list.some((item) => isContent(item) && !isPlainText(item));
  if (!hasParts || !list.every(isContent)) return jsonContent(list);
  return Promise.all(list.map((item) => readContent(item))).then((contents) => ({
    parts: contents.flatMap((content) => content.parts),
  }));
}

function isContent(item: unknown): boolean {
  if (typeof item === 'string') return true;
  if (typeof item !== 'object' || item === null) return false;
  return isBytes(item) || readPart(item) !== undefined;
}

function isPlainText(item: unknown): boolean {
  return typeof item === 'string' && !/^\s*data:image\//i.test(item);
}

/** The bytes of a `Buffer` that was JSON in between: `{ type: 'Buffer', data: [137, 80, …] }`. */
function readSavedBuffer(output: object): Uint8Array | undefined {
  const { type, data } = output as { readonly type?: unknown; readonly data?: unknown };
  const isBuffer =
    type === 'Buffer' &&
    Object.keys(output).length === 2 &&
    Array.isArray(data) &&
    data.every((byte) => Number.isInteger(byte) && byte >= 0 && byte <= 255);
  return isBuffer ? Uint8Array.from(data) : undefined;
}

function readObject(output: object): Content | Promise<Content> {
  const foreign = readForeignResult(output);
  if (foreign === undefined) return jsonContent(output);
  const { parts, content, isError, forApp } = foreign;
  const read = parts === undefined ? readContent(content) : { parts };
  return withFields(read, {
    isError,
    ...(forApp === undefined ? {} : { forApp: toPlainJson(forApp) }),
  });
}

function readForModel({
  forModel,
  forApp,
  isError,
}: {
  readonly forModel: unknown;
  readonly forApp?: unknown;
  readonly isError?: unknown;
}): Content | Promise<Content> {
  return withFields(readContent(forModel), {
    ...(isError === true ? { isError } : {}),
    ...(forApp === undefined ? {} : { forApp: toPlainJson(forApp) }),
  });
}

function withFields(
  content: Content | Promise<Content>,
  fields: Omit<Content, 'parts'>,
): Content | Promise<Content> {
  const add = (read: Content): Content => ({ ...read, ...fields });
  return isPromiseLike(content) ? Promise.resolve(content).then(add) : add(content);
}

function textContent(text: string): Content {
  return { parts: [{ type: 'text', text }] };
}

/** The program gets a copy: the transcript freezes its values, and the tool may keep using the original. */
function jsonContent(output: unknown): Content {
  const json = toPlainJson(output);
  return { ...textContent(JSON.stringify(json)), forApp: json };
}

/** A text that is a `data:` URL as a whole is the image, the text or the file that the URL contains. */
function readText(text: string): Content {
  const image = imageInText(text);
  if (image !== undefined) return { parts: [{ type: 'image', source: image }] };
  const url = /^\s*data:/i.test(text) ? dataUrl.exec(text.trim()) : null;
  const [, mediaType = '', options = '', body = ''] = url ?? [];
  const type = mediaType.toLowerCase();
  const isBase64 = /;\s*base64$/i.test(options);
  if (url === null || (isBase64 && !/^[\w+/\-\s]+={0,2}$/.test(body))) return textContent(text);
  if (isBase64 && type.startsWith('image/')) {
    return {
      parts: [readPart({ type: 'image', data: body, mimeType: type }) ?? leftOut('an image')],
    };
  }
  if (isTextType(type)) return textContent(isBase64 ? decodeBase64(body) : decodeUrlText(body));
  return isBase64
    ? { parts: [leftOut(`a file of type ${type}`)], forApp: text }
    : textContent(text);
}

const dataUrl = /^data:([\w.+-]+\/[\w.+-]+)((?:;[^,;]*)*),([\s\S]*)$/i;

function decodeUrlText(body: string): string {
  try {
    return decodeURIComponent(body);
  } catch {
    return body;
  }
}

/** Bytes are an image or a text. */
function readBytes(value: object): Content | Promise<Content> {
  if (isBlob(value)) {
    if (value.type.startsWith('image/')) return { parts: [{ type: 'image', source: value }] };
    return value.arrayBuffer().then((buffer) => readBytes(new Uint8Array(buffer)));
  }
  const bytes = ArrayBuffer.isView(value)
    ? new Uint8Array(value.buffer, value.byteOffset, value.byteLength)
    : new Uint8Array(value as ArrayBuffer);
  if (beginsAsImage(bytes)) return { parts: [{ type: 'image', source: bytes }] };
  const text = decodeText(bytes);
  if (text !== undefined) return textContent(text);
  throw new TypeError(
    `The tool returned ${bytes.length} bytes that are neither text nor an image. Return a PNG, JPEG, WebP or GIF, or text.`,
  );
}

function finish(
  { parts, isError, forApp }: Content,
  keepImage: (source: Uint8Array | ArrayBuffer | Blob | string) => ImageRef | Promise<ImageRef>,
): ReadOutput | Promise<ReadOutput> {
  const complete = (kept: readonly Part[]): ReadOutput => ({
    status: isError === true ? 'error' : 'ok',
    parts: kept,
    ...(forApp === undefined ? {} : { forApp }),
  });
  const kept = withinLimit(takeImagesOutOfJson(parts)).map((part) => keepPart(part, keepImage));
  const isReady = (all: readonly (Part | Promise<Part>)[]): all is readonly Part[] =>
    !all.some(isPromiseLike);
  return isReady(kept) ? complete(kept) : Promise.all(kept).then(complete);
}

type Keep = Parameters<typeof readOutput>[1];

function keepPart(part: OutputPart, keepImage: Keep): Part | Promise<Part> {
  if (part.type === 'text') return part;
  const { name, source } = part;
  // An image that is only a field of JSON does not make the other fields worthless.
  const fail = (thrown: unknown): Part => {
    if (name === undefined) throw thrown;
    return { type: 'text', text: `[${name} was left out: ${describeThrown(thrown)}]` };
  };
  try {
    const image = keepImage(source);
    return isPromiseLike(image)
      ? Promise.resolve(image).then((done): Part => ({ type: 'image', image: done }), fail)
      : { type: 'image', image };
  } catch (thrown) {
    return fail(thrown);
  }
}

/** Largest number of images of one result: with more, the prompt of most models would overflow. */
const maxImages = 50;

/** The parts with at most {@link maxImages} images; a text names the number of the others. */
function withinLimit(parts: readonly OutputPart[]): readonly OutputPart[] {
  const images = parts.filter((part) => part.type === 'image');
  if (images.length <= maxImages) return parts;
  const more = new Set(images.slice(maxImages));
  const text = `[${more.size} more images were left out: a result can have at most ${maxImages}]`;
  return [
    ...parts.filter((part) => part.type === 'text' || !more.has(part)),
    { type: 'text', text },
  ];
}
