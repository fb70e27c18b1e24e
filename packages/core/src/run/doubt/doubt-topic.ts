import { memoize } from '../../memoize.ts';
import type { Tool } from '../../tool/tool.ts';
import { type Turn, textOf } from '../../turns/turn.ts';
import { looksEnglish } from '../grounding/looks-english.ts';
import type { AfterCalls, AnswerDoubt } from './answer-doubt.ts';
import { isQuestion } from './is-question.ts';
import { type Reach, reachableLookUps } from './reachable-look-ups.ts';
import { stemOf } from './stem-of.ts';

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

/** The texts of all results. */
export function resultsOf(turns: readonly Turn[]): readonly string[] {
  return turns.flatMap((turn) =>
    turn.role === 'tool' ? turn.results.map(({ parts }) => textOf(parts)) : [],
  );
}

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

function descriptionOf({ name, description }: Pick<Tool<never>, 'name' | 'description'>): string {
  return `${name} ${description}`;
}

/** The stems of the name and the description of a tool that may be its topic. */
export const topicsOf = memoize((tool: Tool<never>): readonly string[] =>
  wordsIn(descriptionOf(tool)),
);

/** The stems of a text that may be its topic; `openBill` has two. */
export function wordsIn(text: string): readonly string[] {
  const found = text.match(/\p{Lu}\p{Ll}{2,}|\p{Ll}{3,}/gu) ?? [];
  return found
    .map((word) => word.toLowerCase())
    .filter((word) => !commonWords.has(word) && !plainWords.has(word))
    .map(stemOf);
}

/** Words after "which" and "what" that an answer need not repeat. */
const plainWords: ReadonlySet<string> = new Set(
  'are can color colour comes could date day days did does else had happened happens has have hour kind makes may might month much must number one other should sort that the they this time type was week were will would year you'.split(
    ' ',
  ),
);

/** What questions and descriptions have that is not about a thing. */
const commonWords: ReadonlySet<string> = new Set(
  'about after again ago all also and any ask back been being before between both but call change check current details each every fetch find first for free from full get give good has help her here him his how information into its just know known last list long look made make many may more name need new next not now off old only open our out over part please search see show single some still such take text thank thanks their them then there these through today too two under use used view want what when which while who whole whose why with word words your'.split(
    ' ',
  ),
);
