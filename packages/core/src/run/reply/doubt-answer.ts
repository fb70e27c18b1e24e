import { type JsonObject, parseJson } from '../../json.ts';
import type { IdentifierKinds } from '../../schema/json-schema/identifier-kinds.ts';
import { isLookUp } from '../../tool/is-look-up.ts';
import { leavesOf, occursIn, searchableText } from '../../tool/searchable-text.ts';
import type { Tool } from '../../tool/tool.ts';
import { type ToolCall, type Turn, textOf } from '../../turns/turn.ts';
import { findSearch, mentions } from './find-search.ts';
import { type Conversation, isGiven, lastInput } from './given-values.ts';
import { looksEnglish } from './looks-english.ts';
import { namesIn } from './names-in.ts';

/** Why a text is probably not the answer yet. */
export interface AnswerDoubt {
  /** As one sentence. */
  readonly reason: string;
  /** The tools that can give what is missing. @default all */
  readonly tools?: readonly string[];
  /** For the model. */
  readonly hint?: string;
}

/** What an answer is compared with. */
interface Environment<Context> {
  readonly tools: readonly Tool<Context>[];
  readonly kinds: IdentifierKinds;
  readonly conversation: Conversation;
}

/**
 * Finds the reason why an answer of a small model needs a call before it: the user named something by its identifier, but no tool
 * was called; the answer reports an action that no call did, or a fact that nobody gave; or it ends at an identifier that
 * another tool can look up. A question to the user is not such an answer.
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
    const called = tools.filter(({ name }) => calls.some((call) => call.name === name));
    if (!called.every(isLookUp)) return undefined;
    return doubtName(text, about) ?? doubtReference(text, { ...about, input, calls });
  }
  if (identifier().test(input)) {
    return {
      reason: 'The reply answered without a call, although the user named something by its id.',
    };
  }
  if (looksEnglish(input) && reportsAction(text)) {
    return { reason: 'The reply reported an action, but no tool was called.' };
  }
  const lookUps = tools.filter(isLookUp).map(({ name }) => name);
  return lookUps.length > 0 && holdsUngivenFact(text, input, conversation)
    ? { reason: 'The reply has a fact that nobody gave, and no tool was called.', tools: lookUps }
    : undefined;
}

/** A name of letters and digits, such as `A-14` or `INV203`, or a number such as `#4711`. */
const identifier = () => /(?<![\p{L}\p{N}])(?:\p{L}{1,8}[-_]?|#)\p{N}[\p{L}\p{N}_-]*/u;

function callsAfter(turns: readonly Turn[], place: number): readonly ToolCall[] {
  return turns
    .slice(place)
    .flatMap((turn) => (turn.role === 'assistant' && turn.kind === 'calls' ? turn.calls : []));
}

function reportsAction(text: string): boolean {
  const verb = '(?!need\\b|feed\\b)(?:\\p{Ll}+ed|sent|put|set|made|left|lent|paid|wrote|took|gave)';
  return new RegExp(`\\bI(?:'ve| have)?(?: now| just| already)? ${verb}\\b`, 'u').test(text);
}

/** Whether an answer has an address, or a name inside a sentence, that does not occur in the conversation. */
function holdsUngivenFact(text: string, input: string, conversation: Conversation): boolean {
  const letters = input.toLowerCase();
  const isNew = (fact: string) =>
    !letters.includes(fact.toLowerCase()) &&
    !conversation.instructions.letters.includes(fact.toLowerCase().replaceAll(/\s/g, ''));
  const addresses = text.match(/(?<![^\s@<("'])[^\s@<("']+@[^\s@]+\.\p{L}+/gu) ?? [];
  if (addresses.some(isNew)) return true;
  // Other languages write many words with a capital letter.
  if (!looksEnglish(input) || namesIn(input).length === 0) return false;
  return namesIn(text).some(isNew);
}

/** An answer about something that the user named, although no call or result has the name. */
function doubtName<Context>(
  text: string,
  { tools, conversation }: Environment<Context>,
): AnswerDoubt | undefined {
  const search = findSearch(tools, conversation.turns);
  if (search === undefined || !mentions(text, search.name)) return undefined;
  const reason = `The reply is about ${search.name}, which was not looked up.`;
  return { reason, tools: search.tools, hint: search.hint };
}

/**
 * An answer whose only fact is a reference, such as the identifier of the owner of a thing, often ends too early: another tool
 * can look it up.
 */
function doubtReference<Context>(
  text: string,
  {
    tools,
    kinds,
    conversation,
    input,
    calls,
  }: Environment<Context> & { readonly input: string; readonly calls: readonly ToolCall[] },
): AnswerDoubt | undefined {
  const known = `${input} ${calls.map((call) => JSON.stringify(call.arguments)).join(' ')}`;
  const records = conversation.turns.flatMap((turn) =>
    turn.role === 'tool' ? turn.results.map(({ parts }) => textOf(parts)) : [],
  );
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
