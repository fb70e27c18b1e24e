import { isJsonObject } from '../json.ts';
import { shorten } from '../shorten.ts';
import { beginsAsImage, decodeText } from './result-bytes.ts';
import { isBytes } from './to-plain-json.ts';

/** A part of a result before its image is read. */
export type OutputPart =
  | { readonly type: 'text'; readonly text: string }
  | {
      readonly type: 'image';
      /** The bytes, or a `data:` URL. */
      readonly source: Uint8Array | ArrayBuffer | Blob | string;
      /** What a text of the result calls it, if it was a field of JSON. */
      readonly name?: string;
    };

/**
 * Reads a part in the form of this package, of MCP, the AI SDK, LangChain, OpenAI or Anthropic; `undefined` if the value is
 * not a part. What no model of this package can get, such as audio, becomes a text that names it.
 */
export function readPart(value: unknown): OutputPart | undefined {
  if (!isJsonObject(value)) return undefined;
  const fields: Fields = value;
  if (typeof value.type !== 'string') return readInlineData(fields);
  return readers.get(value.type)?.(fields);
}

/** The fields of a part; values that are not JSON, such as bytes, are possible. */
type Fields = Readonly<Record<string, unknown>>;
type Reader = (fields: Fields) => OutputPart | undefined;

/** A text that stands for a part that cannot be sent to a model. */
export function leftOut(what: string): OutputPart {
  return { type: 'text', text: `[${what} was left out: only text and images are supported]` };
}

const readText: Reader = ({ text, ...rest }) =>
  typeof text === 'string' && Object.keys(rest).every((key) => textKeys.has(key))
    ? { type: 'text', text }
    : undefined;

/** Keys next to the text of a part. With others, it is data of the program and not a part. */
const textKeys = new Set([
  'type',
  'id',
  'index',
  'annotations',
  'citations',
  'logprobs',
  'cache_control',
  '_meta',
  'providerOptions',
  'providerMetadata',
]);

const readImage: Reader = (fields) => {
  const { image, source, image_url, mimeType, mediaType = mimeType } = fields;
  if (isImageSource(image))
    return imageFrom(toDataUrl(image, typeof mediaType === 'string' ? mediaType : ''));
  if (isJsonObject(source)) {
    return readFile({ data: source.data, mediaType: source.media_type, url: source.url });
  }
  return image_url === undefined ? readFile(fields) : readImageUrl(fields);
};

/** A part of Gemini: `{ inlineData: { mimeType, data } }`, in REST with underscores. */
const readInlineData: Reader = ({ inlineData, inline_data = inlineData, ...rest }) => {
  const isAlone = Object.keys(rest).every((key) => textKeys.has(key) || key === 'videoMetadata');
  if (!isJsonObject(inline_data) || !isAlone) return undefined;
  return readFile({ ...inline_data, filename: inline_data.displayName });
};

const readImageUrl: Reader = ({ image_url, url }) => {
  const address = isJsonObject(image_url) ? image_url.url : (image_url ?? url);
  return isImageSource(address) ? imageFrom(address) : undefined;
};

/** `{ data, mimeType }` of MCP, `{ data, mediaType }` of the AI SDK; `data` is base64 text, a URL, bytes, or an object of them. */
const readFile: Reader = (fields) => {
  const { data, url, mimeType, mime_type, filename } = fields;
  const { mediaType = mimeType ?? mime_type } = fields;
  if (isJsonObject(data) && !isImageSource(data)) {
    return readFile({ data: data.data, url: data.url ?? data.text, mediaType, filename });
  }
  if (!isImageSource(data)) return readFileUrl({ ...fields, url, mediaType });
  const type = typeof mediaType === 'string' ? mediaType.trim().toLowerCase() : '';
  if (type.startsWith('image/') || type === '') return imageFrom(toDataUrl(data, type));
  if (isTextType(type) && typeof data === 'string') {
    return { type: 'text', text: decodeBase64(data) };
  }
  const name = typeof filename === 'string' ? `the file "${filename}"` : 'a file';
  return leftOut(`${name} of type ${type}`);
};

/** A file without a media type is a link, which the model reads as JSON. */
const readFileUrl: Reader = (fields) => {
  const { type, url, mediaType } = fields;
  const isPart = Object.keys(fields).every((key) => urlKeys.has(key));
  const isLink = type === 'file' && mediaType === undefined;
  return typeof url === 'string' && isPart && !isLink ? imageFrom(url) : undefined;
};

/** Keys next to the URL of a part. With others, it is data of the program and not a part. */
const urlKeys = new Set([
  ...textKeys,
  'url',
  'mimeType',
  'mime_type',
  'mediaType',
  'filename',
  'detail',
  'source_type',
]);

/** Base64 text as a `data:` URL. Without a media type, the type is found in the bytes. */
function toDataUrl(data: ImageSource, type: string): ImageSource {
  if (typeof data !== 'string' || /^(?:data|https?):/i.test(data)) return data;
  const base64 = data.replaceAll('-', '+').replaceAll('_', '/');
  return `data:${type.toLowerCase() || 'application/octet-stream'};base64,${base64}`;
}

/** Some servers write the fields of a resource next to its type. */
const readResource: Reader = ({ resource, ...fields }) => {
  const isFlat =
    typeof fields.uri === 'string' && Object.keys(fields).every((key) => resourceKeys.has(key));
  if (!isJsonObject(resource) && !(resource === undefined && isFlat)) return undefined;
  const { text, blob, mimeType, uri } = isJsonObject(resource) ? resource : fields;
  if (typeof text === 'string') return { type: 'text', text };
  if (typeof blob !== 'string') return isFlat ? readLink(fields) : undefined;
  if (typeof mimeType === 'string') return readFile({ data: blob, mimeType, filename: uri });
  const bytes = Buffer.from(blob, 'base64');
  if (beginsAsImage(bytes)) return { type: 'image', source: bytes };
  const content = decodeText(bytes);
  if (content !== undefined) return { type: 'text', text: content };
  return leftOut(typeof uri === 'string' ? `the file "${uri}"` : 'a file');
};

const resourceKeys = new Set([
  ...textKeys,
  ...['uri', 'mimeType', 'text', 'blob', 'name', 'title', 'description', 'size'],
]);

const readLink: Reader = ({ uri, name, description }) => {
  if (typeof uri !== 'string') return undefined;
  const texts = [name, uri, description].filter((each) => typeof each === 'string' && each !== '');
  return { type: 'text', text: `[resource: ${texts.join(', ')}]` };
};

const readAudio: Reader = ({ data, input_audio, mimeType, mediaType = mimeType }) => {
  if (data === undefined && input_audio === undefined) return undefined;
  return leftOut(typeof mediaType === 'string' ? `audio of type ${mediaType}` : 'audio');
};

const readUrl: Reader = ({ url }) => (typeof url === 'string' ? imageFrom(url) : undefined);

const readers: ReadonlyMap<string, Reader> = new Map<string, Reader>([
  ['text', readText],
  ['input_text', readText],
  ['output_text', readText],
  ['image', readImage],
  ['image_url', readImageUrl],
  ['input_image', readImageUrl],
  ['image-data', readFile],
  ['image-url', readUrl],
  ['media', readFile],
  ['file', readFile],
  ['file-data', readFile],
  ['file-url', readUrl],
  ['resource', readResource],
  ['resource_link', readLink],
  ['audio', readAudio],
  ['input_audio', readAudio],
]);

type ImageSource = string | URL | Uint8Array | ArrayBuffer | Blob;

function imageFrom(source: ImageSource): OutputPart {
  const given = source instanceof URL ? source.href : source;
  // A tool must not make the program fetch an address that a model or a page chose.
  if (typeof given === 'string' && !/^data:/i.test(given)) {
    return leftOut(`an image at a URL (${shorten(given, 300)})`);
  }
  return { type: 'image', source: given };
}

function isImageSource(value: unknown): value is ImageSource {
  if (typeof value === 'string') return value !== '';
  return typeof value === 'object' && value !== null && (value instanceof URL || isBytes(value));
}

/** Whether bytes of this media type are text. */
export function isTextType(type: string): boolean {
  return /^text\/|[/+](?:json|xml|yaml|javascript)\b/.test(type);
}

/** The text of base64. */
export function decodeBase64(data: string): string {
  return Buffer.from(data, 'base64').toString('utf8');
}
