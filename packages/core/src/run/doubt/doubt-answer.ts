import { type JsonObject, parseJson } from '../../json.ts';
import { isLookUp } from '../../tool/is-look-up.ts';
import { leavesOf, occursIn, searchableText } from '../../tool/searchable-text.ts';
import { inputText, lastInput } from '../../turns/inputs.ts';
import {
  type Conversation,
  callsAfter,
  givenNumbers,
  isGiven,
  resultsOf,
} from '../grounding/given-values.ts';
import { looksEnglish } from '../grounding/looks-english.ts';
import { findOpenOrder } from '../wording/find-open-order.ts';
import { findSearch, mentions } from '../wording/find-search.ts';
import { answersYesOrNo, isQuestion } from '../wording/is-question.ts';
import { namesIn } from '../wording/names-in.ts';
import { missingIdentifiers, reachableLookUps } from '../wording/reachable-look-ups.ts';
import { reportedActions } from '../wording/reported-actions.ts';
import { toolsAbout } from '../wording/tools-about.ts';
import type { AfterCalls, AnswerDoubt, Environment } from './answer-doubt.ts';
import { doubtFact } from './doubt-fact.ts';
import { doubtTopic, refusal } from './doubt-topic.ts';
import { findEmptySearch } from './find-empty-search.ts';

/**
 * Finds the reason why an answer of a small model needs a call before it: the user named something by its identifier, but no tool
 * was called; the answer reports an action that no call did, or a fact that nobody gave; it ends at an identifier that another tool
 * can look up, before an action that the user ordered, or without what the user asked about. A question to the user is not such an
 * answer.
 */
export function doubtAnswer<Context>(
  text: string,
  about: Environment<Context>,
): AnswerDoubt | undefined {
  if (text.includes('?')) return undefined;
  const { tools, conversation } = about;
  const { turns } = conversation;
  const { text: input, place } = lastInput(turns);
  const calls = callsAfter(turns, place);
  if (calls.length > 0) {
    const after = { ...about, input, calls };
    const called = tools.filter(({ name }) => calls.some((call) => call.name === name));
    const order = doubtOrder(text, after);
    const doubt = called.every(isLookUp)
      ? (doubtName(text, about) ??
        (order?.isPossible === true ? order : undefined) ??
        doubtReport(text, after) ??
        doubtIdentifier(text, after) ??
        doubtReference(text, after) ??
        doubtFact(text, after) ??
        doubtTopic(text, after) ??
        doubtEmptySearch(text, after))
      : undefined;
    return doubt ?? order;
  }
  if (identifier().test(input) || about.kinds.hasNumberedThing(input)) {
    return {
      reason: 'The reply answered without a call, although the user named something by its id.',
    };
  }
  if (looksEnglish(input) && reportsAction(text)) {
    return { reason: 'The reply reported an action, but no tool was called.' };
  }
  return doubtFacts(text, input, about);
}

/** An answer without a call that has a fact which a tool could give. */
function doubtFacts<Context>(
  text: string,
  input: string,
  { tools, conversation }: Environment<Context>,
): AnswerDoubt | undefined {
  const asks = input.includes('?') || isQuestion(input);
  const related = asks ? toolsAbout(input, tools, { shared: 3 }) : [];
  if (related.length > 0 && holdsNewNumber(text, conversation)) {
    return {
      reason: 'The reply has a number that nobody gave, although a tool is about it.',
      tools: related.map(({ name }) => name),
    };
  }
  const lookUps = tools.filter(isLookUp).map(({ name }) => name);
  if (lookUps.length === 0) return undefined;
  if (holdsUngivenFact(text, input, conversation)) {
    return {
      reason: 'The reply has a fact that nobody gave, and no tool was called.',
      tools: lookUps,
    };
  }
  const isGuess = answersYesOrNo(text, input);
  return isGuess && resultsOf(conversation.turns).length === 0
    ? { reason: 'The reply is yes or no, and no tool was called.', tools: lookUps }
    : undefined;
}

/** A name of letters and digits, such as `A-14` or `INV203`, or a number such as `#4711`. */
const identifier = () => /(?<![\p{L}\p{N}])(?:\p{L}{1,8}[-_]?|#)\p{N}[\p{L}\p{N}_-]*/u;

function reportsAction(text: string): boolean {
  const verb = '(?!need\\b|feed\\b)(?:\\p{Ll}+ed|sent|put|set|made|left|lent|paid|wrote|took|gave)';
  return new RegExp(`\\bI(?:'ve| have)?(?: now| just| already)? ${verb}\\b`, 'u').test(text);
}

/**
 * Whether an answer has an address that no input has; or, if the last input names something, such a name inside a
 * sentence or a number of at least three digits.
 */
function holdsUngivenFact(text: string, input: string, conversation: Conversation): boolean {
  const letters = conversation.turns.map(inputText).join('\n').toLowerCase();
  const isNew = (fact: string) =>
    !letters.includes(fact.toLowerCase()) &&
    !conversation.instructions.letters.includes(fact.toLowerCase().replaceAll(/\s/g, ''));
  const addresses = text.match(/(?<![^\s@<("'])[^\s@<("']+@[^\s@]+\.\p{L}+/gu) ?? [];
  if (addresses.some(isNew)) return true;
  // Other languages write many words with a capital letter.
  if (!looksEnglish(input)) return false;
  if (isQuestion(input) && holdsUngivenNumber(text, input, conversation)) return true;
  if (namesIn(input).length === 0) return false;
  const numbers = text.match(/(?<![\p{L}\p{N}])\p{N}[\p{N}-]+\p{N}(?![\p{L}\p{N}])/gu) ?? [];
  return [...namesIn(text), ...numbers].some(isNew);
}

/** With a number in the input, the answer may be computed from it. */
function holdsUngivenNumber(text: string, input: string, conversation: Conversation): boolean {
  return !/\p{N}/u.test(input) && holdsNewNumber(text, conversation);
}

function holdsNewNumber(text: string, conversation: Conversation): boolean {
  const given = givenNumbers(conversation);
  const { numbers } = searchableText(text);
  return [...numbers].some((each) => each !== 0 && each !== 1 && !given.has(each));
}

/** An answer about something that the user named, although no call or result has the name. */
function doubtName<Context>(
  text: string,
  { tools, kinds, conversation }: Environment<Context>,
): AnswerDoubt | undefined {
  const search = findSearch({ tools, kinds }, conversation.turns);
  if (search === undefined || !mentions(text, search.name)) return undefined;
  const reason = `The reply is about ${search.name}, which was not looked up.`;
  return { reason, tools: search.tools, hint: search.hint };
}

/**
 * An answer with an identifier that nobody gave, or whose kind does not match the word before it, such as "car p-8" if `car_id`
 * takes `c-3`.
 */
function doubtIdentifier<Context>(
  text: string,
  { tools, kinds, conversation, calls }: AfterCalls<Context>,
): AnswerDoubt | undefined {
  for (const [, noun = '', found = ''] of text.matchAll(identifierAfterWord())) {
    const names = [`${noun.toLowerCase()}_id`, `${noun.toLowerCase()}Id`];
    const isOther = names.some((name) => kinds.isOfOtherKind(name, found));
    const isMadeUp =
      kinds.isOnlyIdentifiers(found) && !isGiven(found, { isIdentifier: true, conversation });
    if (!isOther && !isMadeUp) continue;
    const reach = { tools, kinds, turns: conversation.turns, calls };
    const open = reachableLookUps(reach)
      .filter(({ schema }) => isMadeUp || kinds.isTakenBy(schema.jsonSchema, found))
      .map(({ name }) => name);
    const reason = isMadeUp ? `No result has ${found}.` : `${found} is not a ${noun}.`;
    if (open.length > 0) return { reason, tools: open };
  }
  return undefined;
}

const identifierAfterWord = () =>
  new RegExp(`(?:(?<!\\p{L})(\\p{L}{3,20}) )?(${identifier().source})`, 'gu');

/**
 * An answer whose only fact is a reference, such as the identifier of the owner of a thing, often ends too early: another tool
 * can look it up.
 */
function doubtReference<Context>(
  text: string,
  { tools, kinds, conversation, input, calls }: AfterCalls<Context>,
): AnswerDoubt | undefined {
  const known = `${input} ${calls.map((call) => JSON.stringify(call.arguments)).join(' ')}`;
  const records = resultsOf(conversation.turns);
  const facts = records
    .flatMap(valuesIn)
    .filter((fact) => !known.includes(fact) && text.includes(fact));
  for (const [found] of text.matchAll(new RegExp(identifier(), 'gu'))) {
    const isRecord = records.some((record) => record.includes(`"id":"${found}"`));
    const isReference = records.some((record) => record.includes(`:"${found}"`));
    const isOnlyFact = facts.every((fact) => fact === found);
    if (known.includes(found) || isRecord || !isReference || !isOnlyFact) continue;
    const open = tools
      .filter((tool) => isLookUp(tool) && kinds.isTakenBy(tool.schema.jsonSchema, found))
      .map(({ name }) => name);
    if (open.length > 0) {
      return { reason: `The reply ended at ${found}, which a tool can look up.`, tools: open };
    }
  }
  return undefined;
}

/** An answer that reports an action, although only look-ups were called. */
function doubtReport<Context>(
  text: string,
  { tools, kinds, conversation: { turns }, input }: AfterCalls<Context>,
): AnswerDoubt | undefined {
  const actions = looksEnglish(input) ? reportedActions(tools, text) : [];
  const possible = actions.filter(
    (tool) => missingIdentifiers(tool, { kinds, turns }).length === 0,
  );
  if (possible.length === 0) return undefined;
  return {
    reason: 'The reply reported an action, but only look-ups were called.',
    tools: possible.map(({ name }) => name),
  };
}

/** An answer that something was not found, although another look-up may find it. */
function doubtEmptySearch<Context>(
  text: string,
  after: AfterCalls<Context>,
): AnswerDoubt | undefined {
  const search = refusal.test(text) ? findEmptySearch(after) : undefined;
  if (search === undefined) return undefined;
  const { value, tools } = search;
  return {
    reason: `The search for ${value} found nothing, and another tool was not tried.`,
    tools,
    hint: `Not found yet: "${value}"`,
  };
}

/** An answer before an action that the user ordered, and that the answer does not refuse. `isPossible`: the conversation has what the action needs. */
function doubtOrder<Context>(
  text: string,
  { tools, kinds, conversation, calls }: AfterCalls<Context>,
): (AnswerDoubt & { readonly isPossible: boolean }) | undefined {
  const order = findOpenOrder({ tools, kinds, turns: conversation.turns, calls });
  if (order === undefined) return undefined;
  // "It was not cancelled" reports what was found, but "It cannot be cancelled" refuses.
  const report = `\\b(?:is|are|was|were|has|have)(?: not|n['’]t)(?: yet)?(?: been)? ${order.verb}`;
  if (refusal.test(text.replaceAll(new RegExp(report, 'gi'), ''))) return undefined;
  return {
    reason: `The reply ended before "${order.text}" was done.`,
    tools: order.tools,
    hint: `Not done yet: ${order.text}`,
    isPossible: order.tools.every((name) => order.actions.includes(name)),
  };
}

/** The strings and numbers of a result that is JSON, without the shortest ones. */
function valuesIn(record: string): readonly string[] {
  const values = record.match(/(?<=:\s*)(?:"[^"\\]{2,}"|-?\d[\d.]+)/g) ?? [];
  return values.map((value) => value.replaceAll('"', ''));
}

/**
 * A word in an answer in a form that nobody gave, such as the name of a tool; `undefined` if there is no such word. Words that
 * the schema lists are given.
 */
export function findUngivenWord(
  json: string,
  form: JsonObject,
  conversation: Conversation,
): string | undefined {
  const listed = searchableText(JSON.stringify(form));
  return leavesOf(parseJson(json) ?? null).find(
    (value): value is string =>
      typeof value === 'string' &&
      /^\p{L}[\p{L}_-]{2,}$/u.test(value) &&
      !occursIn(listed, value, { isIdentifier: false }) &&
      !isGiven(value, { isIdentifier: false, conversation }),
  );
}
