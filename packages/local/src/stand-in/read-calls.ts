import { isObject, type Json, type JsonObject, parseJson } from '../json.ts';

/** A call in a past turn of the model. */
export interface PastToolCall {
  name: string;
  arguments: JsonObject;
}

/** Deeper nesting is not a call, but an attack. */
const maxDepth = 64;

/**
 * Reads the calls of a past turn of the model: a Python list (also without commas), JSON, or JSON in tags.
 * Returns an empty list if the turn is text.
 */
export function readPastCalls(text: string): PastToolCall[] {
  const trimmed = text.trim();
  const tagged = [...trimmed.matchAll(/<tool_call>([\s\S]*?)<\/tool_call>/g)];
  if (tagged.length > 0) return tagged.flatMap(([, json = '']) => readJsonCalls(parseJson(json)));
  if (/^\[\s*[A-Za-z_][\w.-]*\(/.test(trimmed)) return readPythonCalls(trimmed);
  return /^[[{]/.test(trimmed) ? readJsonCalls(parseJson(trimmed)) : [];
}

function readJsonCalls(value: Json | undefined, depth = 0): PastToolCall[] {
  if (depth > maxDepth) return [];
  if (Array.isArray(value)) return value.flatMap((item) => readJsonCalls(item, depth + 1));
  if (!isObject(value)) return [];
  const name = value.name ?? value.tool ?? value.function ?? value.tool_name;
  const given = value.arguments ?? value.parameters ?? value.args ?? value.input;
  if (typeof name === 'string' && given !== undefined) {
    return [{ name, arguments: isObject(given) ? given : {} }];
  }
  const nested = value.tool_calls ?? value.calls ?? value.tool_call ?? value.call;
  return nested === undefined ? [] : readJsonCalls(nested, depth + 1);
}

function readPythonCalls(text: string): PastToolCall[] {
  const calls: PastToolCall[] = [];
  const reader = new LooseReader(text.slice(1));
  for (let name = reader.readName(); name !== undefined; name = reader.readName()) {
    calls.push({ name, arguments: reader.readArguments() });
  }
  return calls;
}

/** Reads `f(a="x"n=1)`, with or without commas, and ignores text that it cannot read. */
class LooseReader {
  #rest: string;

  constructor(text: string) {
    this.#rest = text;
  }

  readName(): string | undefined {
    return this.#take(/^[\s,]*([A-Za-z_][\w.-]*)\(/);
  }

  readArguments(): JsonObject {
    const given: JsonObject = {};
    for (let key = this.#readKey(); key !== undefined; key = this.#readKey()) {
      given[key] = this.#readValue();
    }
    this.#take(/^\s*(\))/);
    return given;
  }

  #readKey(): string | undefined {
    return this.#take(/^[\s,]*([A-Za-z_][\w-]*)\s*=/);
  }

  #readValue(depth = 0): Json {
    const doubled = this.#take(/^\s*("(?:[^"\\]|\\[\s\S])*")/);
    if (doubled !== undefined) return parseJson(doubled) ?? doubled.slice(1, -1);
    const single = this.#take(/^\s*'((?:[^'\\]|\\[\s\S])*)'/);
    if (single !== undefined) return single.replace(/\\(['\\])/g, '$1');
    const number = this.#take(/^\s*(-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)/);
    if (number !== undefined) return Number(number);
    const literal = this.#take(/^\s*(true|false|null|True|False|None)/);
    if (literal !== undefined) return literals[literal.toLowerCase()] ?? null;
    return this.#readBracketed(depth);
  }

  #readBracketed(depth: number): Json {
    const opening = depth < maxDepth ? this.#take(/^\s*([[{])/) : undefined;
    if (opening === '[') {
      const items: Json[] = [];
      while (this.#rest !== '' && this.#take(/^[\s,]*(\])/) === undefined) {
        this.#take(/^[\s,]*()/);
        items.push(this.#readValue(depth + 1));
      }
      return items;
    }
    if (opening === undefined) {
      this.#rest = this.#rest.slice(1);
      return null;
    }
    const entries: JsonObject = {};
    while (this.#rest !== '' && this.#take(/^[\s,]*(\})/) === undefined) {
      const key = this.#take(/^[\s,]*["']([^"']*)["']\s*:/);
      if (key === undefined) break;
      entries[key] = this.#readValue(depth + 1);
    }
    return entries;
  }

  #take(pattern: RegExp): string | undefined {
    const found = pattern.exec(this.#rest);
    if (found === null) return undefined;
    this.#rest = this.#rest.slice(found[0].length);
    return found[1];
  }
}

const literals: Record<string, Json> = { true: true, false: false, null: null, none: null };
