import { type RepairedJson, repairJson } from './repair-json.ts';

/** JSON inside a text, and its place. */
export interface JsonPart {
  readonly start: number;
  readonly end: number;
  readonly read: Extract<RepairedJson, { readonly ok: true }>;
}

/** The JSON in a text. `hasBroken`: something else in the text begins as JSON, but is broken or ends early. */
export interface JsonParts {
  readonly parts: readonly JsonPart[];
  readonly hasBroken: boolean;
}

/**
 * Finds the JSON in a text that is not JSON as a whole: in code fences without a language or with a JSON one, and objects and
 * lists between prose. Never a part of other JSON: nothing inside a bracket or a fence is taken alone. Linear time.
 */
export function findJsonParts(text: string): JsonParts {
  const search: Search = { text, at: 0, parts: [], hasBroken: false, left: text.length * 8 };
  while (search.at < text.length && !search.hasBroken) readNext(search);
  return search;
}

interface Search extends JsonParts {
  readonly text: string;
  at: number;
  readonly parts: JsonPart[];
  hasBroken: boolean;
  /** Characters that may still be read: a bracket that is never closed is read to the end of the text. */
  left: number;
}

/** More parts than any answer has. */
const maxParts = 100;

function readNext(search: Search): void {
  const { text, at } = search;
  const start = nextStart(text, at);
  search.at = start;
  if (start === text.length) return;
  if (search.parts.length === maxParts) search.hasBroken = true;
  else if (text.charAt(start) === '`') readFence(search, start);
  else readBrackets(search, start);
}

function nextStart(text: string, from: number): number {
  const start = /```|[{[]/g;
  start.lastIndex = from;
  return start.exec(text)?.index ?? text.length;
}

function readFence(search: Search, start: number): void {
  const { text } = search;
  const opening = /`{3,}([\w+-]*)[^\S\n]*\n?/y;
  opening.lastIndex = start;
  const [whole = '```', language = ''] = opening.exec(text) ?? [];
  const bodyStart = start + whole.length;
  const bodyEnd = text.indexOf('```', bodyStart);
  search.at = bodyEnd === -1 ? text.length : bodyEnd + 3;
  if (!/^(?:json[\dc]?)?$/i.test(language)) return;
  const body = text.slice(bodyStart, bodyEnd === -1 ? text.length : bodyEnd);
  if (bodyEnd === -1) search.hasBroken = beginsAsJson(body);
  else addPart(search, start, body);
}

function addPart(search: Search, start: number, body: string): void {
  const read = repairJson(body, { keepsLargeNumbers: true });
  if (read.ok) search.parts.push({ start, end: search.at, read });
  else if (beginsAsJson(body)) search.hasBroken = true;
}

function readBrackets(search: Search, start: number): void {
  const { text } = search;
  const end = endOfBrackets(text, start, search.left);
  search.left -= (end ?? text.length) - start;
  if (end !== undefined) {
    search.at = end;
    addPart(search, start, text.slice(start, end));
  } else if (search.left <= 0 || beginsAsJson(text.slice(start, start + 1_000))) {
    search.hasBroken = true;
  } else search.at = start + 1;
}

/** Whether a text begins with an object or list of JSON, and not with prose such as "[see below]". */
function beginsAsJson(text: string): boolean {
  return /^\s*(?:\{\s*["'}]|\[\s*["'{[])/.test(text);
}

/** The end of the brackets that open at `start`; `undefined` if they are not closed, or not by their own kind. */
function endOfBrackets(text: string, start: number, limit: number): number | undefined {
  const open: string[] = [];
  const last = Math.min(text.length, start + limit);
  for (let at = start; at < last; at++) {
    const character = text.charAt(at);
    if (character === '"') at = endOfString(text, at);
    const closing = closers.get(character);
    if (closing !== undefined) open.push(closing);
    else if (!'}]'.includes(character)) continue;
    else if (open.pop() !== character) return undefined;
    if (open.length === 0) return at + 1;
  }
  return undefined;
}

const closers: ReadonlyMap<string, string> = new Map([
  ['{', '}'],
  ['[', ']'],
]);

function endOfString(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at++) {
    if (text.charAt(at) === '\\') at += 1;
    else if (text.charAt(at) === '"') return at;
  }
  return text.length;
}
