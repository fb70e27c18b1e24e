import { lastInput } from '../../turns/inputs.ts';
import { callsAfter, resultsOf } from '../grounding/given-values.ts';
import type { Environment } from './answer-doubt.ts';

/**
 * The word of a question ("Is car-13 an automatic?") that the answer confirms although no result has it: the result has another
 * value in its place, such as "manual".
 */
export function findUnfoundClaim<Context>(
  text: string,
  { conversation: { turns } }: Environment<Context>,
): string | undefined {
  const { text: input, place } = lastInput(turns);
  const [, word] = asksForOneWord.exec(input.trim()) ?? [];
  if (word === undefined || callsAfter(turns, place).length === 0) return undefined;
  const claim = word.toLowerCase();
  const answer = text.toLowerCase();
  if (!answer.includes(claim) || /\b(?:no|not|none|never)\b|n['’]t\b/.test(answer))
    return undefined;
  const results = resultsOf(turns).join('\n').toLowerCase();
  // "Is it lent?" is answered by `lentTo`, and "Is it an adult?" by an age.
  const isFound = results.includes(claim.slice(0, 4)) || !hasWord.test(results);
  return isFound ? undefined : word;
}

/** A question with one word after the thing that it is about. */
const asksForOneWord = /^(?:is|are|was|were)\s[^,;?]+\s(?:an?\s)?(\p{L}{4,})\s?\?$/iu;

/** A value of a result that is one word. */
const hasWord = /:\s*"\p{Ll}{4,}"/u;
