import { resultsOf } from '../grounding/given-values.ts';
import { looksEnglish } from '../grounding/looks-english.ts';
import { isQuestion } from '../wording/is-question.ts';
import { type Reach, reachableLookUps } from '../wording/reachable-look-ups.ts';
import { descriptionOf, plainWords, topicsOf, wordsIn } from '../wording/words-in.ts';
import type { AfterCalls, AnswerDoubt } from './answer-doubt.ts';

/**
 * An answer after look-ups that are not about what the user asked for: without the word after "which" and "what" ("Which vet"), or
 * although another look-up is about a word of the user that neither the called tools nor the results have.
 */
export function doubtTopic<Context>(
  text: string,
  after: AfterCalls<Context>,
): AnswerDoubt | undefined {
  const { tools, kinds, conversation, input, calls } = after;
  if (!looksEnglish(input) || refusal.test(text)) return undefined;
  const { turns } = conversation;
  const called = tools.filter(({ name }) => calls.some((call) => call.name === name));
  const known = [...resultsOf(turns), ...called.map(descriptionOf)].join('\n');
  const reach: Reach<Context> = { tools, kinds, turns, calls };
  return (
    (input.includes('?') ? doubtNoun(text, { input, known }, reach) : undefined) ??
    (isQuestion(input) ? doubtLookUp(input, known, reach) : undefined)
  );
}

/** A reply that something is not possible or not known. */
export const refusal =
  /\b(?:not|no(?! one\b)|cannot|never|none|nothing|unable|already|but|however|sorry)\b|n['’]t\b/i;

function doubtNoun<Context>(
  text: string,
  { input, known }: { readonly input: string; readonly known: string },
  reach: Reach<Context>,
): AnswerDoubt | undefined {
  // "The vet W7" repeats the question with the identifier of something else.
  const answered = text.replaceAll(/\p{L}+ \p{L}{1,8}[-_]?\p{N}/gu, '');
  const letters = `${known}\n${answered}`.toLowerCase();
  for (const [, noun = ''] of input.matchAll(/\b(?:which|what) (\p{Ll}{3,})/giu)) {
    const word = noun.toLowerCase().replace(/s$/, '');
    if (plainWords.has(noun.toLowerCase()) || letters.includes(word)) continue;
    const open = reachableLookUps(reach).map(({ name }) => name);
    if (open.length > 0)
      return { reason: `No result and no part of the reply is about "${noun}".`, tools: open };
  }
  return undefined;
}

function doubtLookUp<Context>(
  input: string,
  known: string,
  reach: Reach<Context>,
): AnswerDoubt | undefined {
  const knownWords = new Set(wordsIn(known));
  const letters = known.toLowerCase();
  const asked = new Set(
    wordsIn(input).filter((word) => !knownWords.has(word) && !letters.includes(word)),
  );
  const open = reachableLookUps(reach).filter((tool) =>
    topicsOf(tool).some((each) => asked.has(each)),
  );
  const [first] = open;
  if (first === undefined) return undefined;
  return {
    reason: `"${first.name}" is about something that the user asked for, but it was not called.`,
    tools: open.map(({ name }) => name),
  };
}
