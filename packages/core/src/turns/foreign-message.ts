import { TurnwiseError } from '../errors.ts';
import { isJsonObject, type JsonObject, parseJson } from '../json.ts';
import type { BlobStore } from './blob-store.ts';
import { decodeDataUrl, describeImage } from './image.ts';
import type { Part, ToolCall } from './turn.ts';

/** An imported message in our form. Its call ids are still those of the import. */
export type ForeignMessage =
  | { readonly role: 'system'; readonly text: string }
  | { readonly role: 'user'; readonly parts: readonly Part[] }
  | { readonly role: 'assistant'; readonly text: string; readonly calls: readonly ToolCall[] }
  | {
      readonly role: 'tool';
      readonly callId?: string;
      readonly name?: string;
      readonly parts: readonly Part[];
    };

/** Called for each change. */
export type NoteChange = (
  kind: 'unreadable-arguments' | 'replaced-image',
  index: number,
  detail: string,
) => void;

/** Reads one OpenAI-style message. Throws `invalid_state` if the value is not a message. */
export function readForeignMessage(
  message: unknown,
  index: number,
  { blobs }: { readonly blobs?: BlobStore },
  note: NoteChange,
): ForeignMessage {
  if (!isJsonObject(message)) throw noMessage(index, 'it is not an object');
  const parts = () =>
    readContent(message.content, index, blobs, (detail) => note('replaced-image', index, detail));
  const unreadable = (detail: string) => note('unreadable-arguments', index, detail);
  switch (message.role) {
    case 'system':
    case 'developer':
      return { role: 'system', text: joinText(parts()) };
    case 'user':
      return { role: 'user', parts: parts() };
    case 'assistant':
      return { role: 'assistant', text: joinText(parts()), calls: readCalls(message, unreadable) };
    case 'tool':
    case 'function':
      return {
        role: 'tool',
        ...(typeof message.tool_call_id === 'string' ? { callId: message.tool_call_id } : {}),
        ...(typeof message.name === 'string' ? { name: message.name } : {}),
        parts: parts(),
      };
    default:
      throw noMessage(index, `its role is ${JSON.stringify(message.role)}`);
  }
}

function noMessage(index: number, reason: string): TurnwiseError {
  return new TurnwiseError(
    'invalid_state',
    `Message ${index} is not a chat message: ${reason}. Roles are system, developer, user, assistant and tool.`,
  );
}

function readContent(
  content: unknown,
  index: number,
  blobs: BlobStore | undefined,
  replaced: (detail: string) => void,
): readonly Part[] {
  if (content === null || content === undefined || content === '') return [];
  if (typeof content === 'string') return [{ type: 'text', text: content }];
  if (!Array.isArray(content)) throw noMessage(index, 'its content is not text or a list of parts');
  return content.flatMap((part: unknown): readonly Part[] => {
    if (isJsonObject(part) && typeof part.text === 'string') {
      return part.text === '' ? [] : [{ type: 'text', text: part.text }];
    }
    const url = imageUrlOf(part);
    if (url === undefined) throw noMessage(index, 'a part is not text or an image');
    return [readImage(url, blobs, replaced)];
  });
}

function imageUrlOf(part: unknown): string | undefined {
  if (!isJsonObject(part) || part.type !== 'image_url') return undefined;
  const image = part.image_url;
  const url = isJsonObject(image) ? image.url : image;
  return typeof url === 'string' ? url : undefined;
}

function readImage(
  url: string,
  blobs: BlobStore | undefined,
  replaced: (detail: string) => void,
): Part {
  if (blobs !== undefined && url.startsWith('data:')) {
    const bytes = decodeDataUrl(url);
    const image = describeImage(bytes);
    blobs.put(image.sha256, bytes);
    return { type: 'image', image };
  }
  const shown = url.startsWith('data:') ? `${url.slice(0, 30)}…` : url;
  replaced(shown);
  return { type: 'text', text: `[image ${shown}]` };
}

function readCalls(message: JsonObject, unreadable: (detail: string) => void): ToolCall[] {
  const listed = Array.isArray(message.tool_calls) ? message.tool_calls : [];
  const legacy = isJsonObject(message.function_call) ? [{ function: message.function_call }] : [];
  return [...listed, ...legacy].flatMap((call: unknown): ToolCall[] => {
    const called = isJsonObject(call) && isJsonObject(call.function) ? call.function : undefined;
    if (called === undefined || typeof called.name !== 'string') return [];
    const id = isJsonObject(call) && typeof call.id === 'string' ? call.id : '';
    return [{ id, name: called.name, ...readArguments(called.arguments, unreadable) }];
  });
}

function readArguments(
  input: unknown,
  unreadable: (detail: string) => void,
): Pick<ToolCall, 'arguments' | 'unreadable'> {
  if (isJsonObject(input)) return { arguments: input };
  const text = typeof input === 'string' ? input : '';
  if (text.trim() === '') return { arguments: {} };
  const value = parseJson(text);
  if (isJsonObject(value)) return { arguments: value };
  unreadable(text);
  return { arguments: {}, unreadable: { text, problem: 'They are not a JSON object.' } };
}

function joinText(parts: readonly Part[]): string {
  return parts.map((part) => (part.type === 'text' ? part.text : '')).join('');
}
