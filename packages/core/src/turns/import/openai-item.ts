import { isJsonObject, itemsOf, type JsonObject } from '../../json.ts';
import { importArguments } from './call-arguments.ts';
import {
  type ImportContext,
  type ImportedMessage,
  optionalText,
  type Piece,
  partsIn,
  textPiece,
} from './imported-message.ts';
import { resultParts } from './result-parts.ts';

/** Reads an item of the Responses API that is not a message; `undefined` if its type is not known. */
export function readOpenAIItem(
  item: JsonObject,
  context: ImportContext,
  readContent: (content: unknown) => readonly Piece[],
): readonly ImportedMessage[] | undefined {
  switch (item.type) {
    case 'reasoning':
      return [{ role: 'assistant', text: '', reasoning: reasoningOf(item), calls: [] }];
    case 'function_call': {
      const { name } = item;
      if (typeof name !== 'string') throw context.unreadable('a call has no function name');
      const id = optionalText(item.call_id) ?? optionalText(item.id);
      const call = { id, name, ...importArguments(item.arguments, context) };
      return [{ role: 'assistant', text: '', reasoning: '', calls: [call] }];
    }
    case 'function_call_output': {
      const { output } = item;
      const parts = Array.isArray(output) ? partsIn(readContent(output)) : resultParts(output);
      return [
        { role: 'tool', results: [{ callId: optionalText(item.call_id), status: 'ok', parts }] },
      ];
    }
    default:
      return undefined;
  }
}

function reasoningOf({ summary, content }: JsonObject): string {
  const lists = [summary, content].flatMap(itemsOf);
  const pieces = lists.flatMap((part: unknown) =>
    textPiece('reasoning', isJsonObject(part) ? part.text : part),
  );
  return pieces.map((piece) => ('text' in piece ? piece.text : '')).join('\n\n');
}
