import type { IdentifierKinds } from '../../schema/json-schema/identifier-kinds.ts';
import { inputText } from '../../turns/inputs.ts';
import type { Turn } from '../../turns/turn.ts';
import { resultsOf } from '../grounding/given-values.ts';
import type { CheckedInput } from './find-look-ups.ts';

/**
 * Whether a number in the place of an identifier is something else in the conversation: another value of the call, if the
 * conversation has it only once (in "90 copies for Ada", 90 is not the number of a customer), or the number of another thing ("customer
 * 4071" for `complaintNo`).
 */
export function hasOtherNumber<Context>(
  { input }: CheckedInput<Context>,
  kinds: IdentifierKinds,
  turns: readonly Turn[],
): boolean {
  const text = [...turns.map(inputText), ...resultsOf(turns)].join('\n');
  const numbers = Object.entries(input).filter(
    (entry): entry is [string, number] => typeof entry[1] === 'number',
  );
  return numbers.some(([name, number]) => {
    if (!kinds.isIdentifier(name)) return false;
    const isAmount = numbers.some(([other, same]) => same === number && !kinds.isIdentifier(other));
    return (isAmount && countOf(number, text) < 2) || kinds.isNumberOfOther(name, number, text);
  });
}

function countOf(number: number, text: string): number {
  return text.match(new RegExp(`(?<!\\d)${number}(?!\\d)`, 'g'))?.length ?? 0;
}
