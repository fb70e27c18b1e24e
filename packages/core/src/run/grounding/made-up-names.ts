import type { JsonObject } from '../../json.ts';
import { inputText } from '../../turns/inputs.ts';
import { type Conversation, isGiven, lettersOf } from './given-values.ts';

/**
 * Whether a text is a name that nobody gave, such as `LeBron James` after "Who won?": each of its parts has a capital letter, and the
 * conversation has none of them. A short code may stand for a word (`USD`), capital letters in the conversation may stand for a
 * name (`LA`), and a single word may come from the description of the parameter.
 */
export function isMadeUpName(
  value: string,
  schemas: readonly JsonObject[],
  conversation: Conversation,
): boolean {
  if (value.length > maxName || isGiven(value, { isIdentifier: false, conversation })) return false;
  const parts = value.match(/[\p{L}\p{N}'’]+/gu) ?? [];
  const names = parts.filter(
    (word) => /\p{Ll}/u.test(word) && word.length > 2 && !smallWords.has(word.toLowerCase()),
  );
  if (names.length === 0 || !names.every((word) => /^\p{Lu}/u.test(word))) return false;
  const isListed = parts.length === 1 && schemas.some((schema) => describes(schema, value));
  if (isListed || isShortened(names, conversation)) return false;
  const letters = lettersOf(conversation);
  return !names.some((word) => letters.includes(beginningOf(word)));
}

function describes({ description }: JsonObject, value: string): boolean {
  return String(description ?? '')
    .toLowerCase()
    .includes(value.toLowerCase());
}

function isShortened(names: readonly string[], { turns }: Conversation): boolean {
  const initials = names.map((word) => word.charAt(0)).join('');
  const inputs = turns.map(inputText).join('\n');
  return names.length > 1 && new RegExp(`(?<!\\p{L})${initials}`, 'u').test(inputs);
}

/** Longer texts are sentences. */
const maxName = 60;

const smallWords: ReadonlySet<string> = new Set(['and', 'for', 'from', 'the', 'with']);

/** Without an ending: `Texan` is a part of Texas. */
function beginningOf(word: string): string {
  return word.toLowerCase().slice(0, Math.max(4, word.length - 2));
}
