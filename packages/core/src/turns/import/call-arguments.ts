import { isJsonObject, type JsonObject, parseJson } from '../../json.ts';
import type { ImportContext, ImportedCall } from './imported-message.ts';
import { printValue } from './result-parts.ts';

/**
 * The arguments of an imported call: an object, the JSON text of one, or JSON text that was encoded twice. Missing and empty
 * arguments are `{}`. Everything else is kept as the text of an unreadable call, with a change.
 */
export function importArguments(
  input: unknown,
  context: ImportContext,
): Pick<ImportedCall, 'arguments' | 'unreadable'> {
  if (input === undefined || input === null) return { arguments: {} };
  // A copy, because the transcript freezes its values.
  const text = typeof input === 'string' ? input : printValue(input);
  if (text.trim() === '') return { arguments: {} };
  const value = parseJson(text);
  if (isJsonObject(value)) return { arguments: value };
  const inner = decodeTwice(value);
  if (inner !== undefined) {
    context.note('decoded-arguments', text);
    return { arguments: inner };
  }
  context.note('unreadable-arguments', text);
  return { arguments: {}, unreadable: { text, problem: 'They are not a JSON object.' } };
}

function decodeTwice(value: unknown): JsonObject | undefined {
  const inner = typeof value === 'string' ? parseJson(value) : undefined;
  return isJsonObject(inner) ? inner : undefined;
}
