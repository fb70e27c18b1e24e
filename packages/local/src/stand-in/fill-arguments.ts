import type { Json, JsonObject } from '../json.ts';
import { findExpression } from './arithmetic.ts';
import { findIdsFor, findMatches, isIdName, matchesPattern } from './find-ids.ts';
import { findQueries } from './find-queries.ts';
import {
  findAfter,
  findDates,
  findEmails,
  findFolders,
  findGlobs,
  findNames,
  findNumbers,
  findPaths,
  findQuoted,
  findUrls,
} from './find-values.ts';
import type { OfferedTool, Parameter } from './offered-tool.ts';
import { mentions, toStems } from './words.ts';

/** Calls with arguments from a text, and the required parameters that have no value. */
export interface FilledCalls {
  calls: JsonObject[];
  missing: Parameter[];
}

/** The kind of value that a parameter takes, guessed from its name, format and description. */
export type ParameterKind =
  | 'option'
  | 'number'
  | 'boolean'
  | 'list'
  | 'object'
  | 'path'
  | 'folder'
  | 'glob'
  | 'url'
  | 'email'
  | 'date'
  | 'expression'
  | 'place'
  | 'query'
  | 'id'
  | 'text';

/** Fills the parameters of a tool from a text. A list in the text gives one call for each item. */
export function fillArguments(tool: OfferedTool, text: string): FilledCalls {
  const used = new Set<Json>();
  const found = tool.parameters.map((parameter) => {
    const values = findCandidates(parameter, text, tool).filter((value) => !used.has(value));
    const isListed = isListable(parameter) && values.length > 1;
    for (const value of isListed ? values : values.slice(0, 1)) {
      if (typeof value === 'string') used.add(value);
    }
    return { parameter, values };
  });
  const missing = found
    .filter(({ parameter, values }) => parameter.isRequired && values.length === 0)
    .map(({ parameter }) => parameter);
  const count = Math.max(
    1,
    ...found.map(({ parameter, values }) => (isListable(parameter) ? values.length : 1)),
  );
  const calls = Array.from({ length: Math.min(count, 8) }, (_, index) =>
    Object.fromEntries(
      found.flatMap(({ parameter, values }) => {
        const value = isListable(parameter) && values.length === count ? values[index] : values[0];
        return value === undefined ? [] : [[parameter.name, value] as const];
      }),
    ),
  );
  return { calls, missing };
}

/** Guesses the kind of value that a parameter takes. */
export function kindOf(parameter: Parameter): ParameterKind {
  if (parameter.options.length > 0) return 'option';
  if (parameter.type === 'number' || parameter.type === 'integer') return 'number';
  if (parameter.type === 'boolean') return 'boolean';
  if (parameter.type === 'array') return 'list';
  if (parameter.type === 'object') return 'object';
  const { name, format, description } = parameter;
  const byName = kindPatterns.find(([, pattern]) => pattern.test(`${spaced(name)} ${format}`));
  const byDescription = kindPatterns.find(([, pattern]) => pattern.test(description));
  if (byName === undefined && isIdName(spaced(name))) return 'id';
  return (byName ?? byDescription)?.[0] ?? 'text';
}

const kindPatterns: [ParameterKind, RegExp][] = [
  ['glob', /\b(?:glob|wildcard)\b/i],
  ['folder', /\b(?:dir|directory|folder)\b/i],
  ['path', /\b(?:path|file|files|filename|filepath|document)\b/i],
  ['url', /\b(?:url|uri|link|website|address of a page)\b/i],
  ['email', /\b(?:email|e-mail|recipient)\b/i],
  ['date', /\b(?:date|day|when)\b/i],
  ['expression', /\b(?:expression|formula|equation|calculation|arithmetic)\b/i],
  [
    'place',
    /\b(?:city|cities|location|place|town|country|region|state|destination|origin|where)\b/i,
  ],
  [
    'query',
    /\b(?:query|text|pattern|search|term|terms|keyword|keywords|needle|phrase|substring|topic|q)\b/i,
  ],
];

/** Whether a list of values gives several calls; `3 and 4` are two numbers of one call. */
function isListable(parameter: Parameter): boolean {
  return ['path', 'folder', 'url', 'place', 'id'].includes(kindOf(parameter));
}

function findCandidates(parameter: Parameter, text: string, tool: OfferedTool): Json[] {
  const kind = kindOf(parameter);
  switch (kind) {
    case 'option':
      return findOptions(parameter, text);
    case 'number':
      return findNumberFor(parameter, text, tool);
    case 'boolean':
      return findBoolean(parameter, text);
    case 'list':
      return findList(parameter, text, tool);
    case 'object': {
      const { calls, missing } = fillArguments({ ...tool, parameters: parameter.fields }, text);
      const filled = calls[0] ?? {};
      return missing.length > 0 || Object.keys(filled).length === 0 ? [] : [filled];
    }
    default:
      return fitPattern(parameter, findTexts(kind, parameter, text, tool), text);
  }
}

/** Values that match the pattern of the parameter, if it has one; if none of the found ones does, other parts of the text. */
function fitPattern({ pattern }: Parameter, found: string[], text: string): string[] {
  if (pattern === '') return found;
  const fitting = found.filter((value) => matchesPattern(pattern, value));
  return fitting.length > 0 ? fitting : findMatches(pattern, text);
}

function findTexts(
  kind: ParameterKind,
  parameter: Parameter,
  text: string,
  tool: OfferedTool,
): string[] {
  switch (kind) {
    case 'path':
      return orElse(findPaths(text).filter(isPlainPath), () =>
        takesFolders(tool) ? findFolders(text) : [],
      );
    case 'folder':
      return findFolders(text);
    case 'glob':
      return findGlobs(text);
    case 'url':
      return findUrls(text);
    case 'email':
      return findEmails(text);
    case 'date':
      return findDates(text);
    case 'expression': {
      const expression = findExpression(text);
      return expression === undefined ? [] : [expression];
    }
    case 'place':
      return findPlaces(parameter, text);
    case 'query':
      return findQueries(parameter, text);
    case 'id':
      return orElse(findIdsFor({ name: spaced(parameter.name) }, text), () =>
        findPlainText(parameter, text),
      );
    default:
      return findPlainText(parameter, text);
  }
}

function isPlainPath(path: string): boolean {
  return !path.includes('*');
}

function takesFolders(tool: OfferedTool): boolean {
  return mentions(`${tool.name} ${tool.description}`, 'list folder directory');
}

function findOptions({ options }: Parameter, text: string): Json[] {
  const lower = text.toLowerCase();
  const stems = new Set(toStems(text));
  const isMentioned = (option: Json) => {
    const word = String(option);
    if (word.length <= 2)
      return new RegExp(`(?:^|[\\s°])${escapePattern(word)}(?=$|[\\s.,?!])`).test(text);
    const wordStems = toStems(word);
    if (wordStems.length === 0) return lower.includes(word.toLowerCase());
    return wordStems.every((stem) => stems.has(stem));
  };
  return options.filter(isMentioned);
}

function findNumberFor(parameter: Parameter, text: string, tool: OfferedTool): Json[] {
  const isWhole = parameter.type === 'integer';
  const numbers = findNumbers(text).filter(({ value }) => !isWhole || Number.isInteger(value));
  const range =
    /\b(?:lines?|from|between|rows?|pages?)\s+(\d+)\s*(?:to|-|–|through|and)\s*(?:line\s+)?(\d+)/i.exec(
      text,
    );
  if (range !== null && /^(?:from|start|begin|first|min)/i.test(parameter.name))
    return [Number(range[1])];
  if (range !== null && /^(?:to|end|until|last|max)/i.test(parameter.name))
    return [Number(range[2])];
  const stems = new Set(toStems(`${parameter.name} ${parameter.description}`));
  const near = numbers.find(({ before, after }) => {
    const neighbours = `${before.split(/\s+/).slice(-3).join(' ')} ${after.split(/\s+/).slice(0, 3).join(' ')}`;
    return toStems(neighbours).some((stem) => stems.has(stem));
  });
  if (!parameter.isRequired) return near === undefined ? [] : [near.value];
  const siblings = tool.parameters.filter(
    ({ type, isRequired }) => isRequired && (type === 'number' || type === 'integer'),
  );
  if (siblings.length === 1 && near !== undefined) return [near.value];
  const own = numbers[siblings.findIndex(({ name }) => name === parameter.name)] ?? near;
  return own === undefined ? [] : [own.value];
}

function findBoolean({ name, isRequired }: Parameter, text: string): Json[] {
  const isNamed = mentions(text, spaced(name));
  if (!isNamed) return isRequired ? [false] : [];
  return [!/\b(?:without|no|not|don't|do not|exclude|skip)\b/i.test(text)];
}

function findList(
  { item, name, description, isRequired }: Parameter,
  text: string,
  tool: OfferedTool,
): Json[] {
  if (item === undefined) return [];
  const single: Parameter = {
    ...item,
    name,
    description: item.description || description,
    isRequired,
  };
  const values =
    kindOf(single) === 'number'
      ? findNumbers(text).map(({ value }) => value)
      : findCandidates(single, text, tool);
  return values.length === 0 ? [] : [values];
}

function findPlaces({ name }: Parameter, text: string): string[] {
  const side = /^(?:from|origin|start|source)/i.test(name)
    ? 'from'
    : /^(?:to|destination|end|target)/i.test(name)
      ? 'to'
      : undefined;
  if (side !== undefined) return findAfter(text, side);
  const names = findNames(text).filter((found) => findDates(found).length === 0);
  const [place, region] = names;
  // Two names that only a comma separates are one place: "Seattle, Washington".
  if (names.length === 2 && text.includes(`${place}, ${region}`)) return [`${place}, ${region}`];
  if (names.length > 0) return names;
  const otherWord = /^(?:me|it|that|this|today|tomorrow|the|general|celsius|fahrenheit|\d.*)$/i;
  return findAfter(text, 'in|for|at|near|of|around').filter((place) => !otherWord.test(place));
}

function findPlainText(parameter: Parameter, text: string): string[] {
  const label = escapePattern(spaced(parameter.name));
  const named = new RegExp(`\\b${label}\\s*(?:is|=|:|of|to)?\\s*["“']?([\\w.@/-]+)`, 'i').exec(
    text,
  );
  const quoted = findQuoted(text);
  if (quoted.length > 0) return quoted;
  if (named?.[1] !== undefined && !/^(?:of|in|is|the|for|a|an|and)$/i.test(named[1]))
    return [named[1]];
  if (!parameter.isRequired) return [];
  const names = findNames(text);
  if (names.length > 0) return names.slice(0, 1);
  return findAfter(text, 'for|about|of|named|called|to').slice(0, 1);
}

function orElse(values: string[], other: () => string[]): string[] {
  return values.length > 0 ? values : other();
}

function spaced(name: string): string {
  return name.replace(/([a-z])([A-Z])/g, '$1 $2').replace(/[_-]+/g, ' ');
}

function escapePattern(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
