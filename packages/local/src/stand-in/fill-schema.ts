import { type Json, type JsonObject, toArray } from '../json.ts';
import { fillArguments, kindOf } from './fill-arguments.ts';
import { findNumbers } from './find-values.ts';
import { type Parameter, toParameter } from './offered-tool.ts';
import type { Exchange } from './read-prompt.ts';
import { readLeaves, readNumber } from './read-result.ts';
import { toIdea, toStems } from './words.ts';

/** What is known: the open question with its results, and the answer as text. */
export interface Facts {
  exchange: Exchange;
  answer: string;
}

/** Whether a field with this name holds the whole answer. */
export function isAnswerName(name: string): boolean {
  return /^(?:answer|response|reply|text|message|content|final_?answer|output|summary|explanation|description|reason|result)$/i.test(
    name,
  );
}

/**
 * A value for one field of a schema, taken from results, calls and the question; the smallest value that the
 * schema allows if they have none.
 */
export function fillValue(schema: JsonObject, name: string, facts: Facts, root: JsonObject): Json {
  return fillParameter(toParameter(name, schema, root), schema, facts);
}

function fillParameter(parameter: Parameter, schema: JsonObject, facts: Facts): Json {
  if (parameter.options.length > 0) return fillOption(parameter, facts);
  switch (parameter.type) {
    case 'number':
    case 'integer':
      return fillNumber(parameter, schema, facts);
    case 'boolean':
      return findText(parameter, facts) === true || isMentioned(parameter, facts);
    case 'array':
      return fillList(parameter, schema, facts);
    case 'object':
      return Object.fromEntries(
        parameter.fields.map((field) => [field.name, fillParameter(field, {}, facts)]),
      );
    default:
      return fillText(parameter, facts);
  }
}

function fillOption({ options }: Parameter, { exchange, answer }: Facts): Json {
  const text =
    `${exchange.question} ${exchange.calls.map(({ result }) => result).join(' ')} ${answer}`.toLowerCase();
  return (
    options.find((option) => text.includes(String(option).toLowerCase())) ?? options[0] ?? null
  );
}

function fillNumber(parameter: Parameter, schema: JsonObject, facts: Facts): Json {
  const found = Number(
    findText(parameter, facts) ??
      findNumberOfCalls(parameter, facts) ??
      findNumberOfQuestion(parameter, facts) ??
      0,
  );
  const { minimum, maximum } = schema;
  const whole = parameter.type === 'integer' ? Math.round(found) : found;
  const low = typeof minimum === 'number' ? Math.max(minimum, whole) : whole;
  const value = typeof maximum === 'number' ? Math.min(maximum, low) : low;
  return Number.isFinite(value) ? value : 0;
}

/** Shares and percentages are results of arithmetic; other numbers come from the call that fits the name. */
function findNumberOfCalls(
  { name, description }: Parameter,
  { exchange }: Facts,
): string | undefined {
  const stems = toStems(`${name} ${description}`);
  const isShare = stems.some((stem) => /percent|share|portion|fraction|part/.test(stem));
  const isArithmetic = (given: JsonObject) =>
    Object.values(given).some((value) => /\d\s*[-+*/^]/.test(String(value)));
  const fitting = exchange.calls.filter((call) => isArithmetic(call.arguments) === isShare);
  const numbers = [...fitting, ...exchange.calls].map((call) =>
    readNumber(call, `${name} ${description}`),
  );
  return numbers.find((number) => number !== undefined);
}

function findNumberOfQuestion(
  { name, description }: Parameter,
  { exchange }: Facts,
): number | undefined {
  const numbers = findNumbers(exchange.question);
  const stems = new Set(toStems(`${name} ${description}`));
  const near = numbers.find(({ before, after }) =>
    toStems(
      `${before.split(/\s+/).slice(-2).join(' ')} ${after.split(/\s+/).slice(0, 2).join(' ')}`,
    ).some((stem) => stems.has(stem)),
  );
  return (near ?? numbers[0])?.value;
}

function fillList(parameter: Parameter, schema: JsonObject, facts: Facts): Json[] {
  const { item } = parameter;
  if (item === undefined) return [];
  if (item.type === 'object') {
    const each = facts.exchange.calls.map((call) => ({
      ...facts,
      exchange: { ...facts.exchange, calls: [call] },
    }));
    return each.map((fact) => fillParameter(item, {}, fact));
  }
  const tool = { name: '', description: '', parameters: [{ ...parameter, isRequired: true }] };
  const found = fillArguments(tool, facts.exchange.question).calls[0]?.[parameter.name];
  const listed = toArray(found);
  if (listed.length > 0) return listed;
  const least = typeof schema.minItems === 'number' ? schema.minItems : 0;
  return Array.from({ length: Math.min(least, 16) }, () => fillParameter(item, {}, facts));
}

function fillText(parameter: Parameter, facts: Facts): string {
  const named = findText(parameter, facts);
  if (named !== undefined && named !== null) return String(named);
  if (isAnswerName(parameter.name)) return facts.answer;
  const kind = kindOf(parameter);
  const tool = {
    name: parameter.name,
    description: '',
    parameters: [{ ...parameter, isRequired: true }],
  };
  const found = fillArguments(tool, facts.exchange.question).calls[0]?.[parameter.name];
  if (typeof found === 'string') return found;
  return kind === 'text' ? facts.answer : '';
}

/** The value with the name of the field, in a result or in the arguments of a call. */
function findText({ name }: Parameter, { exchange }: Facts): Json | undefined {
  const stems = toStems(name);
  const isNamed = (key: string) => {
    const ideas = new Set(toStems(key).map(toIdea));
    return stems.length > 0 && stems.every((stem) => ideas.has(toIdea(stem)));
  };
  for (const { arguments: given, result = '' } of exchange.calls) {
    const leaf = readLeaves(result).find(({ keys }) => isNamed(keys.at(-1) ?? ''));
    if (leaf !== undefined) return leaf.value;
    const argument = Object.entries(given).find(([key]) => isNamed(key));
    if (argument !== undefined) return argument[1];
  }
  return undefined;
}

function isMentioned({ name }: Parameter, { exchange }: Facts): boolean {
  const stems = new Set(toStems(exchange.question));
  const isNegated = /\b(?:no|not|without|never)\b|n't\b/i.test(exchange.question);
  return toStems(name).some((stem) => stems.has(stem)) && !isNegated;
}
