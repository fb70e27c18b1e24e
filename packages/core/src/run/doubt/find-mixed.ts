import { isJsonObject, type JsonObject, type JsonValue } from '../../json.ts';

/** Two parameters of one call: the value of the first contains that of the second. */
export interface MixedValues {
  readonly whole: string;
  readonly part: string;
}

/**
 * A value that is a part of the value next to it, such as the town `8020 Graz` with the postcode `Graz`: one of the two fields has
 * the fact of the other. Both must be short and come from the input; longer texts may repeat anything. Returns the first such
 * pair of parameters of a call.
 */
export function findMixed(input: string, call: JsonValue): MixedValues | undefined {
  for (const object of objectsIn(call)) {
    const texts = Object.entries(object).filter(
      (entry): entry is [string, string] => typeof entry[1] === 'string' && isFact(input, entry[1]),
    );
    for (const [whole, text] of texts) {
      const part = texts.find(([, other]) => other !== text && containsText(text, other));
      if (part !== undefined) return { whole, part: part[0] };
    }
  }
  return undefined;
}

function objectsIn(value: JsonValue): readonly JsonObject[] {
  if (Array.isArray(value)) return value.flatMap(objectsIn);
  return isJsonObject(value) ? [value, ...Object.values(value).flatMap(objectsIn)] : [];
}

/** Longest fact, in characters. */
const maxFact = 40;

function isFact(input: string, text: string): boolean {
  return text.length > 2 && text.length <= maxFact && containsText(input, text);
}

/** Whether a text has another one as whole words, in small or capital letters. */
function containsText(text: string, other: string): boolean {
  const at = text.toLowerCase().indexOf(other.toLowerCase());
  if (at < 0) return false;
  const around = [text[at - 1], text[at + other.length]];
  return !around.some((letter) => letter !== undefined && /[\p{L}\p{N}]/u.test(letter));
}
