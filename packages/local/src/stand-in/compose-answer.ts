import { parseJson } from '../json.ts';
import { evaluate, findExpression, formatNumber } from './arithmetic.ts';
import { findDates } from './find-values.ts';
import type { DoneCall, Exchange } from './read-prompt.ts';
import { isFailure, readLeaves, readNumber } from './read-result.ts';
import { type Relation, splitRelations } from './relations.ts';

/** Writes the results of an exchange as sentences; `undefined` if there is no result. */
export function composeAnswer(exchange: Exchange): string | undefined {
  const { question, calls } = exchange;
  const { relations } = splitRelations(question);
  const sentences: string[] = [];
  const known: string[] = [];
  const open = [...relations];
  for (const call of calls) {
    const expression = findExpressionArgument(call);
    const relation =
      expression === undefined ? undefined : takeRelation(open, relations, known, expression);
    sentences.push(describeCall(call, question, relation, expression));
    const number = readNumber(call, question);
    if (number !== undefined && relation === undefined) known.push(number);
  }
  // Simple arithmetic is computed here if there is no tool for it.
  if (calls.length > 0) sentences.push(...computeRelations(open, known));
  else sentences.push(...computeExpression(question));
  return sentences.length === 0 ? undefined : join(sentences);
}

interface KnownRelation {
  relation: Relation;
  number: string;
}

function takeRelation(
  open: Relation[],
  all: Relation[],
  known: string[],
  expression: string,
): KnownRelation | undefined {
  for (const relation of all) {
    const number = known.find((candidate) => relation.toExpression(candidate) === expression);
    if (number === undefined) continue;
    const at = open.indexOf(relation);
    if (at !== -1) open.splice(at, 1);
    return { relation, number };
  }
  return undefined;
}

function describeCall(
  call: DoneCall,
  question: string,
  known: KnownRelation | undefined,
  expression: string | undefined,
): string {
  const { result } = call;
  if (result === undefined) return `${call.name} gave no result`;
  if (isFailure(result)) return `${call.name} failed: ${oneLine(result)}`;
  const number = readNumber(call, question);
  if (known !== undefined && number !== undefined) {
    return `${known.relation.describe(known.number)} is ${number}`;
  }
  if (expression !== undefined) return `${expression} is ${number ?? oneLine(result)}`;
  const noun = toCountedNoun(question);
  const subjects = toSubjects(call).filter((subject) => subject !== noun);
  const [subject = call.name] = subjects;
  if (noun !== undefined && number !== undefined && subjects.length === 1) {
    return `${subject} has ${number} ${noun}`;
  }
  return describeResult(result, subject);
}

function describeResult(result: string, subject: string): string {
  const value = parseJson(result);
  if (value === undefined) {
    return result.includes('\n') ? `Here is ${subject}:\n${result}` : oneLine(result);
  }
  if (typeof value === 'string') return describeText(value, subject);
  const leaves = readLeaves(result)
    .filter(({ value: leaf }) => leaf !== subject)
    .slice(0, 40);
  if (leaves.length === 0) return `${subject}: nothing found`;
  const named = leaves.map(({ keys, value: leaf }) => {
    const key = keys.at(-1);
    return key === undefined ? String(leaf) : `${key.replace(/[_-]+/g, ' ')} ${String(leaf)}`;
  });
  return `${subject}: ${named.join(', ')}`;
}

function describeText(text: string, subject: string): string {
  return text.includes('\n') ? `Here is ${subject}:\n${text}` : oneLine(text);
}

/** The subjects of a call: its short text arguments. */
function toSubjects({ arguments: given }: DoneCall): string[] {
  const texts = Object.values(given).filter((value) => typeof value === 'string');
  return texts.map(String).filter((text) => text !== '' && text.length <= 80);
}

const countedNoun =
  /\bhow\s+many\s+([a-z]+)|\b(?:number|count|amount)\s+of\s+(?:the\s+)?([a-z]+)|\b(line|word|character|row|byte)s?\s+count\b|\bcount\s+(?:of\s+)?(?:the\s+|all\s+(?:the\s+)?)?([a-z]+)|(?<!\d\s)\b(lines|words|characters|rows|bytes)\b(?!\s+\d)/i;

/** The noun that a question counts, in the plural: `lines`. */
function toCountedNoun(question: string): string | undefined {
  const noun = countedNoun.exec(question)?.slice(1).find(Boolean)?.toLowerCase();
  return noun === undefined || noun.endsWith('s') ? noun : `${noun}s`;
}

function findExpressionArgument({ arguments: given }: DoneCall): string | undefined {
  return Object.values(given)
    .map(String)
    .filter((text) => findDates(text).length === 0)
    .find(
      (text) =>
        /\d/.test(text) &&
        (/^[\d\s.()+\-*/^%e]*[-+*/^%][\d\s.()+\-*/^%e]*$|^sqrt\(/.test(text) ||
          findExpression(text) === text),
    );
}

function computeRelations(open: Relation[], known: string[]): string[] {
  return open.flatMap((relation) =>
    known.flatMap((number) => {
      const value = evaluate(relation.toExpression(number));
      return value === undefined ? [] : [`${relation.describe(number)} is ${formatNumber(value)}`];
    }),
  );
}

function computeExpression(question: string): string[] {
  const expression = findExpression(question);
  const value = expression === undefined ? undefined : evaluate(expression);
  return value === undefined ? [] : [`${expression} is ${formatNumber(value)}`];
}

/** Joins short facts with `and`; longer ones stay separate sentences. */
function join(sentences: string[]): string {
  const isShort = sentences.every(
    (sentence) => sentence.length < 60 && !/[.!?:\n]\s*$|\n/.test(sentence),
  );
  if (isShort && sentences.length > 1) {
    return `${sentences.slice(0, -1).join(', ')}, and ${sentences.at(-1)}.`;
  }
  const ended = sentences.map((text) => (/[.!?]$|\n/.test(text) ? text : `${text}.`));
  return ended.join(' ');
}

function oneLine(text: string): string {
  return text.trim().slice(0, 2_000);
}
