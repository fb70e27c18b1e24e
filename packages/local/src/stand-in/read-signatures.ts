import { type Json, parseJson } from '../json.ts';
import type { OfferedTool, Parameter } from './offered-tool.ts';

/**
 * Reads tools written as signatures, one in each line:
 * `get_weather(city: string, days?: integer = 3)  # Current weather of a city.`
 * A comment after a parameter, or an indented line below that starts with its name, is its description.
 */
export function readSignatures(text: string): OfferedTool[] {
  const tools: OfferedTool[] = [];
  for (const line of text.split('\n')) {
    const tool = readSignature(line);
    if (tool !== undefined) tools.push(tool);
    else describe(tools.at(-1), line);
  }
  return tools;
}

const start = /^\s*(?:[-*•]\s*|\d+[.)]\s*)?`?(?:def |function )?([A-Za-z_][\w.-]*)\(/;
const end = /^\s*(?:->\s*[\w[\], |"]+|:\s*[\w[\]]+)?`?\s*(?:(?:#|\/\/|—|–|-|:)\s*(.*))?$/;

function readSignature(line: string): OfferedTool | undefined {
  const opening = start.exec(line);
  if (opening === null) return undefined;
  const [head, name = ''] = opening;
  const close = findClosing(line, head.length - 1);
  if (close === undefined) return undefined;
  const closing = end.exec(line.slice(close + 1));
  const parts = splitTopLevel(line.slice(head.length, close), ',').flatMap(expandAlternatives);
  if (closing === null || !parts.every(isDeclaration)) return undefined;
  return { name, description: closing[1]?.trim() ?? '', parameters: parts.map(readParameter) };
}

/** `...({a: string} | {b: int})` are parameters in several forms; the stand-in knows the first. */
function expandAlternatives(part: string): string[] {
  const union = /^\.\.\.\((.*)\)$/.exec(part)?.[1];
  if (union === undefined) return [part];
  const [first = ''] = splitTopLevel(union, '|');
  return splitTopLevel(first.replace(/^\{|\}$/g, ''), ',');
}

/** `f(a="x")` is an example of a call, not a signature. */
function isDeclaration(part: string): boolean {
  return /^["\w$[][^:=]*\??\s*:/.test(part) || /^\w+\??$/.test(part);
}

function describe(tool: OfferedTool | undefined, line: string): void {
  const described = /^\s+(?:[-*]\s*)?`?(\w+)`?\s*(?:\([^)]*\))?\s*[:—–-]\s*(.+)$/.exec(line);
  const parameter = tool?.parameters.find(({ name }) => name === described?.[1]);
  if (parameter !== undefined) parameter.description ||= described?.[2] ?? '';
}

function readParameter(text: string): Parameter {
  // Comments inside a type belong to its parts.
  const last = /\/\*((?:(?!\*\/).)*)\*\/\s*$/.exec(text) ?? /\/\*(.*?)\*\//.exec(text);
  const comment = last?.[1]?.trim() ?? '';
  const [declaration = '', fallback] = splitTopLevel(text.replace(/\/\*.*?\*\//g, ''), '=');
  const colon = declaration.indexOf(':');
  const label = (colon === -1 ? declaration : declaration.slice(0, colon)).trim();
  const type = colon === -1 ? 'any' : declaration.slice(colon + 1).trim();
  const parameter = readType(label.replace(/[?*]+$/, '').replace(/^"(.*)"$/, '$1'), type);
  const isOptional =
    label.endsWith('?') || fallback !== undefined || /\b(?:null|None)\b/.test(type);
  return { ...parameter, description: comment, isRequired: !isOptional };
}

const typeNames: Record<string, Parameter['type']> = {
  string: 'string',
  str: 'string',
  text: 'string',
  number: 'number',
  float: 'number',
  double: 'number',
  integer: 'integer',
  int: 'integer',
  boolean: 'boolean',
  bool: 'boolean',
  array: 'array',
  list: 'array',
  object: 'object',
  dict: 'object',
};

function readType(name: string, text: string): Parameter {
  const plain: Parameter = {
    name,
    description: '',
    type: 'any',
    options: [],
    format: '',
    pattern: '',
    isRequired: true,
    fields: [],
  };
  const branches = splitTopLevel(text, '|').filter((branch) => !/^(?:null|None)$/.test(branch));
  const literals = branches.map(readLiteral);
  if (literals.length > 0 && literals.every((literal) => literal !== undefined)) {
    return {
      ...plain,
      type: typeof literals[0] === 'number' ? 'number' : 'string',
      options: literals,
    };
  }
  const [first = ''] = branches;
  const listed =
    /^(?:\((.*)\)|(.*))\[\]$/.exec(first) ?? /^(?:list|array|List|Array)[[<](.*)[\]>]$/.exec(first);
  if (listed !== null) {
    return { ...plain, type: 'array', item: readType(name, listed[1] ?? listed[2] ?? 'any') };
  }
  if (first.startsWith('{') && first.endsWith('}')) {
    const fields = splitTopLevel(first.slice(1, -1).replaceAll(';', ','), ',').map(readParameter);
    return { ...plain, type: 'object', fields };
  }
  const [word = '', ...details] = first.split(/[\s(]+/);
  return {
    ...plain,
    type: typeNames[word.toLowerCase()] ?? 'any',
    format: details.join(' ').replace(/\)$/, ''),
  };
}

function readLiteral(text: string): Json | undefined {
  if (/^'[^']*'$/.test(text)) return text.slice(1, -1);
  const value = parseJson(text);
  return typeof value === 'string' || typeof value === 'number' ? value : undefined;
}

/** Brackets and commas inside quoted text and comments do not count. */
const signs = /"(?:[^"\\]|\\[\s\S])*"|(?<!\w)'(?:[^'\\]|\\[\s\S])*'|\/\*[\s\S]*?\*\/|[\s\S]/gu;

function findClosing(text: string, open: number): number | undefined {
  let depth = 0;
  for (const { 0: sign, index } of text.slice(open).matchAll(signs)) {
    if ('([{'.includes(sign)) depth += 1;
    if (')]}'.includes(sign)) depth -= 1;
    if (depth === 0) return open + index;
  }
  return undefined;
}

/** Splits at a sign outside brackets, quotes and comments; parts are trimmed, empty parts are left out. */
function splitTopLevel(text: string, separator: string): string[] {
  const parts = [''];
  let depth = 0;
  for (const [sign] of text.matchAll(signs)) {
    if ('([{<'.includes(sign)) depth += 1;
    if (')]}>'.includes(sign)) depth -= 1;
    if (sign === separator && depth === 0) parts.push('');
    else parts.push(`${parts.pop() ?? ''}${sign}`);
  }
  return parts.map((part) => part.trim()).filter((part) => part !== '');
}
