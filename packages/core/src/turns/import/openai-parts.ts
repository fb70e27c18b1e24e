import { isJsonObject, itemsOf, type JsonObject, type JsonValue } from '../../json.ts';
import { importArguments } from './call-arguments.ts';
import { importImage } from './import-image.ts';
import {
  type ImportContext,
  optionalText,
  type PartReaders,
  type Piece,
  textPiece,
} from './imported-message.ts';

/** The parts of OpenAI messages, of Chat Completions and of Responses. */
export const openaiParts: PartReaders = {
  text: ({ text }) => textPiece('text', text),
  input_text: ({ text }) => textPiece('text', text),
  output_text: ({ text }) => textPiece('text', text),
  refusal: ({ refusal }) => textPiece('text', refusal),
  image_url: ({ image_url: image }, context) => [readImage(image, context)],
  input_image: ({ image_url: image }, context) => [readImage(image, context)],
  input_audio: (_part, context) => replaceFile('audio', context),
  input_file: ({ filename }, context) => replaceFile(filename, context),
};

/** The reasoning of a message: vLLM, OpenRouter and Ollama each use another field. */
export function readReasoningField(message: JsonObject): readonly Piece[] {
  const details = textOfDetails(message.reasoning_details);
  const fields = [message.reasoning_content, message.reasoning, message.thinking, details];
  return textPiece(
    'reasoning',
    fields.find((field) => optionalText(field) !== undefined),
  );
}

/** OpenRouter sends the reasoning as a list, too. Encrypted entries have no text. */
function textOfDetails(details: JsonValue | undefined): string {
  if (!Array.isArray(details)) return '';
  return details
    .map((each) => (isJsonObject(each) ? (optionalText(each.text) ?? each.summary) : undefined))
    .filter((text) => typeof text === 'string')
    .join('');
}

/**
 * A text that begins with a thought in tags, as it is when a server has no reasoning parser. The thought becomes reasoning: it
 * was not a part of the answer.
 */
export function readThoughtfulText(text: string): readonly Piece[] {
  const [all = '', , thought = ''] = startingThought.exec(text) ?? [];
  return [
    ...textPiece('reasoning', thought.trim()),
    ...textPiece('text', all === '' ? text : text.slice(all.length)),
  ];
}

const startingThought = /^\s*<(think|thinking|thought|reasoning)>([\s\S]*?)<\/\1>\s*/;

/** The calls of a message: `tool_calls`, also in the form of Ollama, and the legacy `function_call`. */
export function readCallFields(message: JsonObject, context: ImportContext): readonly Piece[] {
  const listed: readonly JsonValue[] = itemsOf(message.tool_calls);
  const legacy = isJsonObject(message.function_call) ? [{ function: message.function_call }] : [];
  return [...listed, ...legacy].flatMap((call) => {
    if (!isPlaceholder(call)) return [readCall(call, context)];
    context.note('dropped-empty', 'an entry of the calls without a name and arguments');
    return [];
  });
}

/** Some servers send an entry in which everything is missing next to a text, and programs store it. */
function isPlaceholder(call: JsonValue): boolean {
  if (call === null) return true;
  if (!isJsonObject(call)) return false;
  const { function: called = call } = call;
  if (!isJsonObject(called)) return called === null;
  const { name, arguments: input } = called;
  return [call.id, name, input].every((each) => each === undefined || each === null || each === '');
}

function readCall(call: JsonValue, context: ImportContext): Piece {
  const called = isJsonObject(call) ? (call.function ?? call) : undefined;
  if (!isJsonObject(call) || !isJsonObject(called) || typeof called.name !== 'string') {
    throw context.unreadable('a call has no function name');
  }
  const input = called.arguments ?? called.args;
  const id = optionalText(call.id);
  return { kind: 'call', call: { id, name: called.name, ...importArguments(input, context) } };
}

function readImage(image: unknown, context: ImportContext): Piece {
  const url = isJsonObject(image) ? image.url : image;
  if (typeof url !== 'string') throw context.unreadable('an image has no URL');
  return { kind: 'image', part: importImage({ data: url }, context) };
}

/** A text in place of a file that a transcript cannot hold. */
export function replaceFile(name: unknown, context: ImportContext): readonly Piece[] {
  const text = `[file ${optionalText(name) ?? 'without a name'}]`;
  context.note('replaced-file', text);
  return [{ kind: 'text', text }];
}
