import { isJsonObject, itemsOf, type JsonObject, type JsonValue } from '../../json.ts';
import { shorten } from '../../shorten.ts';
import type { Part } from '../turn.ts';
import { aiSdkParts, findNamedPart, readAiSdkImage, readToolInvocation } from './ai-sdk-parts.ts';
import { anthropicBlocks, readAnthropicImage } from './anthropic-blocks.ts';
import { readGeminiPart } from './gemini-part.ts';
import { importImage } from './import-image.ts';
import {
  type ImportContext,
  type ImportedCall,
  type ImportedMessage,
  type ImportedResult,
  optionalText,
  type PartReader,
  type PartReaders,
  type Piece,
  partsIn,
  textPiece,
} from './imported-message.ts';
import { readOpenAIItem } from './openai-item.ts';
import {
  openaiParts,
  readCallFields,
  readReasoningField,
  readThoughtfulText,
} from './openai-parts.ts';
import { printValue } from './result-parts.ts';

/**
 * Reads one message of another program. The format is detected for each message and each part, so that formats may be
 * mixed. Throws `invalid_state` if the value is not a message or a part of it is not known.
 */
export function readMessage(message: unknown, context: ImportContext): readonly ImportedMessage[] {
  if (!isJsonObject(message)) throw context.unreadable('it is not an object');
  const { role } = message;
  if (role === undefined) {
    const read = readOpenAIItem(message, context, (content) => readContent(content, context));
    if (read !== undefined) return read;
  }
  switch (role) {
    case 'system':
    case 'developer':
      return [{ role: 'system', text: textIn(readPieces(message, context)) }];
    case 'user':
      return readUser(readPieces(message, context), context);
    case 'assistant':
    case 'model':
      return readAssistant(withoutThoughts(readPieces(message, context)), context);
    case 'tool':
    case 'function':
      return [{ role: 'tool', results: readResults(message, context) }];
    default:
      throw context.unreadable(`its role is ${preview(role)}`);
  }
}

/** The fields that can contain the text, images, calls or results of a message. */
const contentFields = [
  'content',
  'parts',
  'tool_calls',
  'function_call',
  'toolInvocations',
  'refusal',
  'images',
  'reasoning',
  'reasoning_content',
  'thinking',
];

function readPieces(message: JsonObject, context: ImportContext): readonly Piece[] {
  if (!contentFields.some((field) => Object.hasOwn(message, field))) {
    throw context.unreadable(`it has no content, only the keys ${preview(Object.keys(message))}`);
  }
  const { parts, images, refusal, toolInvocations } = message;
  // UI messages of the AI SDK 4 may have an empty list next to `content`.
  if (parts !== undefined && !isEmptyList(parts)) return readContent(parts, context);
  return [
    ...readReasoningField(message),
    ...readContent(message.content, context),
    ...textPiece('text', refusal),
    ...itemsOf(images).map(
      (data): Piece => ({ kind: 'image', part: importImage({ data }, context) }),
    ),
    ...itemsOf(toolInvocations).flatMap((each) => readToolInvocation(each, context)),
    ...readCallFields(message, context),
  ];
}

function isEmptyList(value: JsonValue): boolean {
  return Array.isArray(value) && value.length === 0;
}

function readContent(content: unknown, context: ImportContext): readonly Piece[] {
  if (content === null || content === undefined) return [];
  if (typeof content === 'string') return textPiece('text', content);
  if (!Array.isArray(content))
    throw context.unreadable('its content is not text or a list of parts');
  return content.flatMap((part: unknown) => readPart(part, context));
}

const partReaders: PartReaders = {
  ...aiSdkParts,
  ...anthropicBlocks(readContent),
  ...openaiParts,
  image: (part, context) => [
    isJsonObject(part.source) ? readAnthropicImage(part, context) : readAiSdkImage(part, context),
  ],
};

function readPart(part: unknown, context: ImportContext): readonly Piece[] {
  if (typeof part === 'string') return textPiece('text', part);
  if (!isJsonObject(part)) throw context.unreadable('a part is not an object');
  const { type } = part;
  const reader = findNamedPart(part) ?? readerOf(type);
  const pieces =
    reader?.(part, context) ?? (type === undefined ? readGeminiPart(part, context) : undefined);
  if (pieces !== undefined) return pieces;
  const what = type === undefined ? `keys ${preview(Object.keys(part))}` : `type ${preview(type)}`;
  throw context.unreadable(`a part has the unknown ${what}`);
}

function readerOf(type: JsonValue | undefined): PartReader | undefined {
  if (typeof type !== 'string' || !Object.hasOwn(partReaders, type)) return undefined;
  return partReaders[type];
}

/** Results first: Anthropic sends them in a message of the user, before the text. */
function readUser(pieces: readonly Piece[], context: ImportContext): readonly ImportedMessage[] {
  const results = pieces.flatMap((piece) => (piece.kind === 'result' ? [piece.result] : []));
  noteOthers(pieces, ['text', 'image', 'result', 'step'], context);
  const parts = partsIn(pieces);
  const answered: ImportedMessage[] = results.length === 0 ? [] : [{ role: 'tool', results }];
  if (results.length > 0 && parts.length === 0) return answered;
  return [...answered, { role: 'user', parts }];
}

/** Moves a thought at the start of the first text to the reasoning. */
function withoutThoughts(pieces: readonly Piece[]): readonly Piece[] {
  const first = pieces.findIndex(({ kind }) => kind === 'text');
  return pieces.flatMap((piece, place) =>
    place === first && piece.kind === 'text' ? readThoughtfulText(piece.text) : piece,
  );
}

/** Splits an assistant message into steps: text and calls, then the results, then the next text and calls. */
function readAssistant(
  pieces: readonly Piece[],
  context: ImportContext,
): readonly ImportedMessage[] {
  const messages: ImportedMessage[] = [];
  let step = new Step();
  const next = () => {
    messages.push(...step.finish());
    step = new Step();
  };
  for (const piece of pieces) {
    const startsStep =
      piece.kind === 'step' || (piece.kind !== 'result' && piece.kind !== 'call' && step.hasCalls);
    if (startsStep) next();
    step.add(
      piece.kind === 'image' ? { kind: 'text', text: describeImage(piece.part, context) } : piece,
    );
  }
  next();
  return messages.length > 0
    ? messages
    : [{ role: 'assistant', text: '', reasoning: '', calls: [] }];
}

/** An assistant turn has no images: a text replaces the image. */
function describeImage(part: Part, context: ImportContext): string {
  if (part.type === 'text') return part.text;
  const text = `[image ${part.image.mediaType}]`;
  context.note('replaced-image', text);
  return text;
}

/** One step of an assistant message. */
class Step {
  readonly #texts: string[] = [];
  readonly #reasoning: string[] = [];
  readonly #calls: ImportedCall[] = [];
  readonly #results: ImportedResult[] = [];

  get hasCalls(): boolean {
    return this.#calls.length > 0 || this.#results.length > 0;
  }

  add(piece: Piece): void {
    if (piece.kind === 'text') this.#texts.push(piece.text);
    else if (piece.kind === 'reasoning') this.#reasoning.push(piece.text);
    else if (piece.kind === 'call') this.#calls.push(piece.call);
    else if (piece.kind === 'result') this.#results.push(piece.result);
  }

  finish(): readonly ImportedMessage[] {
    const text = this.#texts.join('');
    const reasoning = this.#reasoning.join('\n\n');
    const isEmpty = text === '' && reasoning === '' && this.#calls.length === 0;
    return [
      ...(isEmpty ? [] : [{ role: 'assistant', text, reasoning, calls: this.#calls } as const]),
      ...(this.#results.length === 0 ? [] : [{ role: 'tool', results: this.#results } as const]),
    ];
  }
}

/** The results of a tool message: those among its parts, or its content as the one result. */
function readResults(message: JsonObject, context: ImportContext): readonly ImportedResult[] {
  const { content } = message;
  // Some programs store what the tool returned, and not its text.
  const isValue = isJsonObject(content) || ['number', 'boolean'].includes(typeof content);
  const pieces = readPieces(
    isValue ? { ...message, content: printValue(content) } : message,
    context,
  );
  const results = pieces.flatMap((piece) => (piece.kind === 'result' ? [piece.result] : []));
  if (results.length > 0) {
    noteOthers(pieces, ['result'], context);
    return results;
  }
  noteOthers(pieces, ['text', 'image'], context);
  const { tool_call_id, toolCallId, call_id, name, tool_name, toolName } = message;
  const isError =
    message.is_error === true || message.isError === true || message.status === 'error';
  return [
    {
      callId: [tool_call_id, toolCallId, call_id].map(optionalText).find((id) => id !== undefined),
      name: [name, tool_name, toolName].map(optionalText).find((each) => each !== undefined),
      status: isError ? 'error' : 'ok',
      parts: partsIn(pieces),
    },
  ];
}

function noteOthers(
  pieces: readonly Piece[],
  used: readonly Piece['kind'][],
  context: ImportContext,
): void {
  for (const piece of pieces) {
    if (!used.includes(piece.kind)) context.note('dropped-part', printValue(piece));
  }
}

function textIn(pieces: readonly Piece[]): string {
  return pieces.map((piece) => (piece.kind === 'text' ? piece.text : '')).join('');
}

function preview(value: unknown): string {
  return shorten(printValue(value), 100);
}
