import { isJsonObject, type JsonObject, type JsonValue } from '../../json.ts';
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
  const fields = [message.reasoning_content, message.reasoning, message.thinking];
  return textPiece(
    'reasoning',
    fields.find((field) => optionalText(field) !== undefined),
  );
}

/** The calls of a message: `tool_calls`, also in the form of Ollama, and the legacy `function_call`. */
export function readCallFields(message: JsonObject, context: ImportContext): readonly Piece[] {
  const listed: readonly JsonValue[] = Array.isArray(message.tool_calls) ? message.tool_calls : [];
  const legacy = isJsonObject(message.function_call) ? [{ function: message.function_call }] : [];
  return [...listed, ...legacy].map((call) => readCall(call, context));
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
