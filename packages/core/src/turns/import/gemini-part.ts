import { isJsonObject, type JsonObject, type JsonValue } from '../../json.ts';
import { importArguments } from './call-arguments.ts';
import { importImage } from './import-image.ts';
import {
  type ImportContext,
  type ImportedResult,
  optionalText,
  type Piece,
  textPiece,
} from './imported-message.ts';
import { replaceFile } from './openai-parts.ts';
import { resultParts } from './result-parts.ts';

/** Reads a part of a Gemini message, which has no `type` but one key for each kind. `undefined` if it has none of them. */
export function readGeminiPart(
  part: JsonObject,
  context: ImportContext,
): readonly Piece[] | undefined {
  const { text, thought, functionCall, functionResponse } = part;
  if (typeof text === 'string') return textPiece(thought === true ? 'reasoning' : 'text', text);
  if (isJsonObject(functionCall)) return [readCall(functionCall, context)];
  if (isJsonObject(functionResponse)) return [readResult(functionResponse)];
  if (isJsonObject(part.inlineData)) return readData(part.inlineData, context);
  if (isJsonObject(part.fileData)) return readData(part.fileData, context);
  return undefined;
}

function readCall({ id, name, args }: JsonObject, context: ImportContext): Piece {
  if (typeof name !== 'string') throw context.unreadable('a functionCall has no name');
  return { kind: 'call', call: { id: optionalText(id), name, ...importArguments(args, context) } };
}

function readResult({ id, name, response }: JsonObject): Piece {
  const result: ImportedResult = {
    callId: optionalText(id),
    name: optionalText(name),
    status: isJsonObject(response) && response.error !== undefined ? 'error' : 'ok',
    parts: resultParts(unwrap(response)),
  };
  return { kind: 'result', result };
}

/** Gemini requires an object, so programs put a text under one key. */
function unwrap(response: JsonValue | undefined): JsonValue | undefined {
  if (!isJsonObject(response)) return response;
  const [only, ...others] = Object.entries(response);
  const isWrapped = only !== undefined && others.length === 0 && wrapperKeys.has(only[0]);
  return isWrapped ? only[1] : response;
}

const wrapperKeys = new Set(['output', 'result', 'content', 'error']);

function readData(data: JsonObject, context: ImportContext): readonly Piece[] {
  const { mimeType, fileUri, displayName } = data;
  if (typeof mimeType !== 'string' || !mimeType.startsWith('image/')) {
    return replaceFile(displayName ?? fileUri ?? mimeType, context);
  }
  const image = { data: data.data ?? fileUri, mediaType: mimeType };
  return [{ kind: 'image', part: importImage(image, context) }];
}
