import type { IdentifierKinds } from '../../schema/json-schema/identifier-kinds.ts';
import { inputText } from '../../turns/inputs.ts';
import { type Turn, textOf } from '../../turns/turn.ts';
import type { CheckedInput } from './find-look-ups.ts';

/**
 * Whether a number is the identifier of a call and another value of it, too, although the conversation has it only once: in "90 copies
 * for Ada", 90 is not the number of a customer.
 */
export function sharesNumber<Context>(
  { input }: CheckedInput<Context>,
  kinds: IdentifierKinds,
  turns: readonly Turn[],
): boolean {
  const numbers = Object.entries(input).filter(
    (entry): entry is [string, number] => typeof entry[1] === 'number',
  );
  return numbers.some(
    ([name, number]) =>
      kinds.isIdentifier(name) &&
      numbers.some(([other, same]) => same === number && !kinds.isIdentifier(other)) &&
      countOf(number, turns) < 2,
  );
}

function countOf(number: number, turns: readonly Turn[]): number {
  const results = turns.flatMap((turn) =>
    turn.role === 'tool' ? turn.results.map(({ parts }) => textOf(parts)) : [],
  );
  const text = [...turns.map(inputText), ...results].join('\n');
  return text.match(new RegExp(`(?<!\\d)${number}(?!\\d)`, 'g'))?.length ?? 0;
}
