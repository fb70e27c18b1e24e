import { isJsonObject, type JsonObject, type JsonValue } from '../../json.ts';
import { importArguments } from './call-arguments.ts';
import { importImage } from './import-image.ts';
import {
  type ImportContext,
  type ImportedResult,
  optionalText,
  type PartReader,
  type PartReaders,
  type Piece,
  textPiece,
} from './imported-message.ts';
import { replaceFile } from './openai-parts.ts';
import { printValue, resultParts } from './result-parts.ts';

/** The parts of AI SDK messages (model messages and UI messages) that no other format has. */
export const aiSdkParts: PartReaders = {
  reasoning: ({ text, reasoning }) => textPiece('reasoning', text ?? reasoning),
  'tool-call': (part, context) => [readCall(part, context)],
  'tool-result': (part, context) => [readResult(part, context)],
  'tool-invocation': ({ toolInvocation }, context) => readToolInvocation(toolInvocation, context),
  'dynamic-tool': (part, context) => readToolPart(part, optionalText(part.toolName), context),
  'step-start': () => [{ kind: 'step' }],
  file: (part, context) => readFile(part, context),
  'source-url': (part, context) => drop(part, context),
  'source-document': (part, context) => drop(part, context),
  'tool-approval-request': (part, context) => drop(part, context),
  'tool-approval-response': (part, context) => drop(part, context),
};

/** Finds the reader for a part whose type contains a name: `tool-get_weather` and `data-chart` of UI messages. */
export function findNamedPart({ type, state }: JsonObject): PartReader | undefined {
  if (typeof type !== 'string') return undefined;
  if (type.startsWith('data-')) return drop;
  // A tool named "call" has the type "tool-call", but only parts of UI messages have a state.
  if (!type.startsWith('tool-') || typeof state !== 'string') return undefined;
  return (part, context) => readToolPart(part, type.slice('tool-'.length), context);
}

/** Reads a call of the AI SDK 4, with its result. */
export function readToolInvocation(
  invocation: JsonValue | undefined,
  context: ImportContext,
): readonly Piece[] {
  if (!isJsonObject(invocation)) throw context.unreadable('a tool invocation is not an object');
  const call = readCall(invocation, context);
  if (invocation.state !== 'result') return [call];
  return [call, readResult(invocation, context)];
}

/** Reads the image of a part `{ type: 'image', image }`. */
export function readAiSdkImage(
  { image, mediaType, mimeType }: JsonObject,
  context: ImportContext,
): Piece {
  return {
    kind: 'image',
    part: importImage({ data: image, mediaType: mediaType ?? mimeType }, context),
  };
}

function drop(part: JsonValue, context: ImportContext): readonly Piece[] {
  context.note('dropped-part', printValue(part));
  return [];
}

function readCall(part: JsonObject, context: ImportContext): Piece {
  const { toolCallId, toolName, input, args } = part;
  if (typeof toolName !== 'string') throw context.unreadable('a call has no toolName');
  const id = optionalText(toolCallId);
  return { kind: 'call', call: { id, name: toolName, ...importArguments(input ?? args, context) } };
}

function readResult(part: JsonObject, context: ImportContext): Piece {
  const { toolCallId, toolName, output, result, isError } = part;
  const read =
    isJsonObject(output) && typeof output.type === 'string'
      ? readOutput(output, context)
      : undefined;
  const plain = {
    status: isError === true ? ('error' as const) : ('ok' as const),
    parts: resultParts(output ?? result),
  };
  const ids = { callId: optionalText(toolCallId), name: optionalText(toolName) };
  return { kind: 'result', result: { ...ids, ...(read ?? plain) } };
}

type Output = Pick<ImportedResult, 'status' | 'parts'>;

/** Reads an output with a type, as model messages have it. */
function readOutput(
  { type, value, reason }: JsonObject,
  context: ImportContext,
): Output | undefined {
  switch (type) {
    case 'text':
    case 'json':
      return { status: 'ok', parts: resultParts(value) };
    case 'error-text':
    case 'error-json':
      return { status: 'error', parts: resultParts(value) };
    case 'execution-denied':
      return { status: 'denied', parts: resultParts(reason) };
    case 'content':
      return Array.isArray(value)
        ? { status: 'ok', parts: value.flatMap((item: JsonValue) => readOutputPart(item, context)) }
        : undefined;
    default:
      return undefined;
  }
}

function readOutputPart(item: JsonValue, context: ImportContext): ImportedResult['parts'] {
  if (!isJsonObject(item)) return resultParts(item);
  if (typeof item.text === 'string') return resultParts(item.text);
  const { mediaType, data, url, filename } = item;
  const isImage = /^image/.test(String(mediaType)) || /^image/.test(String(item.type));
  if (isImage) return [importImage({ data: data ?? url, mediaType }, context)];
  return replaceFile(filename ?? mediaType ?? item.type, context).flatMap((piece) =>
    piece.kind === 'text' ? [{ type: 'text', text: piece.text } as const] : [],
  );
}

/** Reads a tool part of a UI message: a call and, if the tool has finished, its result. */
function readToolPart(
  part: JsonObject,
  name: string | undefined,
  context: ImportContext,
): readonly Piece[] {
  if (name === undefined) throw context.unreadable('a tool part has no name');
  const { toolCallId, state, output, errorText, approval } = part;
  const id = optionalText(toolCallId);
  const input = part.input ?? part.rawInput;
  const call: Piece = { kind: 'call', call: { id, name, ...importArguments(input, context) } };
  const finish = (status: ImportedResult['status'], value: unknown): readonly Piece[] => [
    call,
    { kind: 'result', result: { callId: id, name, status, parts: resultParts(value) } },
  ];
  switch (state) {
    case 'output-available':
      return finish('ok', output);
    case 'output-error':
      return finish('error', errorText);
    case 'output-denied':
      return finish('denied', isJsonObject(approval) ? approval.reason : undefined);
    default:
      return [call];
  }
}

function readFile(part: JsonObject, context: ImportContext): readonly Piece[] {
  const { mediaType, mimeType, url, data, filename, file } = part;
  const type = mediaType ?? mimeType;
  if (typeof type === 'string' && type.startsWith('image/')) {
    return [{ kind: 'image', part: importImage({ data: data ?? url, mediaType: type }, context) }];
  }
  // OpenAI has the type `file` too: `{ type: 'file', file: { filename } }`.
  const inner = isJsonObject(file) ? file.filename : undefined;
  return replaceFile(filename ?? inner ?? type, context);
}
