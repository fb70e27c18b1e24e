import type { JsonObject, JsonValue } from '../../json.ts';
import { type Parameter, parametersOf, valuesAt } from '../../schema/json-schema/parameter-path.ts';
import { isLookUp } from '../../tool/is-look-up.ts';
import { leavesOf } from '../../tool/searchable-text.ts';
import type { Tool } from '../../tool/tool.ts';
import { lastInput } from '../../turns/inputs.ts';
import { type Conversation, givenNumbers, isGiven } from './given-values.ts';
import { looksEnglish } from './looks-english.ts';
import { isMadeUpName } from './made-up-names.ts';
import { refersToFound } from './refers-to-found.ts';

/**
 * Names of the required parameters whose value nobody gave, apart from identifiers: a name that does not occur in the conversation; for
 * an action also a number, a day or an address that neither occurs there nor follows from it. Values that the schema
 * lists do not count. The numbers of a look-up change nothing.
 */
export function madeUpParameters<Context>(
  { input, tool }: { readonly input: JsonObject; readonly tool: Tool<Context> },
  conversation: Conversation,
): readonly string[] {
  const isAction = !isLookUp(tool);
  const isEnglish = looksEnglish(lastInput(conversation.turns).text);
  const { required } = tool.schema.jsonSchema;
  return parametersOf(tool.schema.jsonSchema).flatMap(({ names, schemas }) => {
    const isRequired = Array.isArray(required) && required.includes(names[0] ?? '');
    if (!isRequired) return [];
    if (schemas.some(listsValues)) {
      return hasAllListed(valuesAt(input, names), schemas, conversation) ? [names.join('.')] : [];
    }
    const values = valuesAt(input, names).flatMap(scalarsOf);
    const isOfOwn = values.some(
      (value) =>
        (isAction && isMadeUp(value, { names, schemas }, conversation)) ||
        (isEnglish && typeof value === 'string' && isMadeUpName(value, schemas, conversation)),
    );
    return isOfOwn ? [names.join('.')] : [];
  });
}

function listsValues({ enum: list, const: only, default: usual }: JsonObject): boolean {
  return [list, only, usual].some((each) => each !== undefined);
}

/** Whether a list has every value that the schema lists, although the conversation has none of them. */
function hasAllListed(
  found: readonly JsonValue[],
  schemas: readonly JsonObject[],
  conversation: Conversation,
): boolean {
  const isList = schemas.some(({ type }) => type === 'array');
  const listed = schemas.flatMap(({ enum: list }) => (Array.isArray(list) ? leavesOf(list) : []));
  const values = new Set(found.flatMap(leavesOf));
  return (
    isList &&
    listed.length > 2 &&
    listed.every(
      (each) => values.has(each) && !isGiven(each, { isIdentifier: false, conversation }),
    )
  );
}

/** Objects and lists of objects have parameters of their own. */
function scalarsOf(value: JsonValue): readonly (string | number)[] {
  return typeof value === 'object' && !Array.isArray(value) ? [] : leavesOf(value);
}

function isMadeUp(
  value: string | number,
  parameter: Parameter,
  conversation: Conversation,
): boolean {
  if (value === 1 && lacksUnit(parameter, conversation)) return true;
  if (typeof value === 'number') return isMadeUpNumber(value, conversation);
  const { schemas } = parameter;
  const [, year, , day] = /^(\d{4})-(\d\d)-(\d\d)(?:T|$)/.exec(value) ?? [];
  if (year !== undefined) return isMadeUpDay(value, Number(day), conversation);
  const isAddress = /^[^\s@]+@[^\s@]+\.[^\s@]+$|^https?:\/\/\S+$/.test(value);
  const isUuid = schemas.some(({ format }) => format === 'uuid');
  return (isAddress || isUuid) && !isGiven(value, { isIdentifier: true, conversation });
}

function isMadeUpNumber(value: number, conversation: Conversation): boolean {
  if (isGiven(value, { isIdentifier: false, conversation })) return false;
  const { text } = lastInput(conversation.turns);
  // "Everything that is owed" is neither nothing nor one.
  if (value === 0 || value === 1) return refersToFound(text);
  if (spells(text, value)) return false;
  return !follows(value, [...givenNumbers(conversation), ...factorsIn(text)]);
}

/**
 * Whether a parameter counts days, months or the like, and an English input does not name one: "for a month" means 1, but a small
 * model also writes 1 if nobody named a time.
 */
function lacksUnit({ names, schemas }: Parameter, conversation: Conversation): boolean {
  const { text } = lastInput(conversation.turns);
  const texts = [names.at(-1), ...schemas.map(({ description }) => description)];
  const [, unit] = texts.map((each) => timeUnit.exec(String(each ?? ''))).find(Boolean) ?? [];
  if (unit === undefined || !looksEnglish(text)) return false;
  const isNamed = new RegExp(`\\b(?:${unit}|one\\b|once\\b|first|1st|tomorrow)`, 'i').test(text);
  return !isNamed && !isGiven(1, { isIdentifier: false, conversation });
}

const timeUnit = /(?:^|[^\p{L}])(minute|hour|day|night|week|month|year)s?(?!\p{L})/iu;

const numberWords =
  'two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen twenty'.split(
    ' ',
  );
const otherWords: Readonly<Record<string, number>> = {
  half: 0.5,
  quarter: 4,
  quarterly: 4,
  monthly: 12,
  biweekly: 26,
  weekly: 52,
  daily: 365,
  semiannually: 2,
  hourly: 24,
  both: 2,
  couple: 2,
  pair: 2,
  twice: 2,
  week: 7,
  dozen: 12,
  fortnight: 14,
  month: 30,
  thirty: 30,
  forty: 40,
  fifty: 50,
  sixty: 60,
  hundred: 100,
  thousand: 1000,
};

/** Whether a text may spell a number. In another language than English, each small whole number may be spelled. */
function spells(text: string, value: number): boolean {
  if (!looksEnglish(text)) return Number.isInteger(value) && Math.abs(value) <= 20;
  const written = text.toLowerCase().match(/\p{L}+/gu) ?? [];
  return written.some((word) => {
    const singular = word.replace(/s$/, '');
    const spelled = [word, singular].map((each) => numberWords.indexOf(each)).find((at) => at >= 0);
    const known = spelled === undefined ? (otherWords[word] ?? otherWords[singular]) : spelled + 2;
    return known === Math.abs(value);
  });
}

/** The factors that a text may mean: "twice as long", "for three weeks". */
function factorsIn(text: string): readonly number[] {
  if (!looksEnglish(text)) return [2, 7];
  return [
    ...(/\b(?:twice|doubled?|half|halves|both|pairs?|two)\b/i.test(text) ? [2] : []),
    ...(/\b(?:weeks?|weekly)\b/i.test(text) ? [7] : []),
  ];
}

/** Most numbers of which every two are compared. */
const maxNumbers = 40;

/** Percent, thousands, millions, and minutes or hours in other units. */
const factors = [0.01, 1_000, 1_000_000, 60, 1 / 60, 3_600];

/** Whether a number is another one in another unit, or the sum, difference, product, quotient or percentage of two numbers. */
function follows(value: number, numbers: readonly number[]): boolean {
  const isClose = (other: number) => Math.abs(other - value) < 0.000_01 * Math.abs(value);
  if (numbers.some((each) => factors.some((factor) => isClose(each * factor)))) return true;
  const known = numbers.slice(-maxNumbers);
  return known.some((a, place) =>
    known.some((b, other) => {
      if (place === other) return false;
      return [a + b, a - b, a * b, a / b, (a * b) / 100].some(isClose);
    }),
  );
}

/** A day can be computed from another one, and a day of the month is often written without the year. */
function isMadeUpDay(value: string, day: number, conversation: Conversation): boolean {
  if (isGiven(value, { isIdentifier: false, conversation })) return false;
  const numbers = givenNumbers(conversation);
  if (numbers.has(day)) return false;
  const { instructions, turns } = conversation;
  const texts = [instructions.letters, lastInput(turns).text];
  return !texts.some((text) => /(?:19|20)\d\d/.test(text)) && !hasDayInResults(conversation);
}

function hasDayInResults({ turns }: Conversation): boolean {
  return turns.some(
    (turn) =>
      turn.role === 'tool' &&
      turn.results.some(({ parts }) =>
        parts.some((part) => part.type === 'text' && /\b(?:19|20)\d\d-\d\d/.test(part.text)),
      ),
  );
}
