import { printPythonCalls } from '../src/dialect/print-call.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../src/json.ts';

/** A row of a file of calls: tools, and the calls that a model should make. */
export interface CallsCase {
  readonly id: string;
  readonly category: string;
  readonly tools: readonly {
    readonly function: {
      readonly name: string;
      readonly description?: string;
      readonly parameters: JsonObject;
    };
  }[];
  readonly expected: readonly Call[];
  /** The original names of tools that the file had to rename. */
  readonly orig_names?: Readonly<Record<string, string>>;
  readonly pythonic?: string;
  readonly pythonic_json?: string;
  /** Whether a call does not match the schema of its tool. */
  readonly schemaInvalid?: boolean;
}

/** A call of a row. */
export interface Call {
  readonly name: string;
  readonly arguments: JsonObject;
}

/** A reply without calls that names the tools. */
export function proseOf({ tools }: CallsCase): string {
  const names = tools.map(({ function: { name } }) => name).join(', ');
  return `None of the functions (${names}) fits.\n\n[1] See the [docs](https://example.org).`;
}

/** The calls of a row in every text format that models write, with the name of the format. */
export function formsOf(row: CallsCase): readonly (readonly [form: string, text: string])[] {
  const calls = row.expected;
  const python = row.pythonic ?? printPythonCalls(calls);
  const json = (key: string) => calls.map((call) => ({ name: call.name, [key]: call.arguments }));
  const fence = (language: string, text: string) => `\`\`\`${language}\n${text}\n\`\`\``;
  const tagged = json('arguments').map(
    (call) => `<tool_call>\n${JSON.stringify(call)}\n</tool_call>`,
  );
  return [
    ['Python list, Python literals', python],
    ['Python list, JSON literals', row.pythonic_json ?? python],
    ['Python list, printed by us', printPythonCalls(calls)],
    ['Python list after prose', `I will look that up for you.\n\n${python}`],
    ['Python list without commas', withoutCommas(calls)],
    ['tool_code', `Let me see.\n${fence('tool_code', python)}`],
    [
      'tool_code with print',
      fence(
        'tool_code',
        calls.map((call) => `print(${printPythonCalls([call]).slice(1, -1)})`).join('\n'),
      ),
    ],
    ['JSON in a fence, arguments', fence('json', JSON.stringify(json('arguments'), null, 2))],
    ['JSON in a fence, parameters', fence('json', JSON.stringify(json('parameters')))],
    ['JSON', JSON.stringify(json('arguments'))],
    [
      'JSON objects, one per line',
      json('parameters')
        .map((call) => JSON.stringify(call))
        .join('\n'),
    ],
    ['<tool_call>', tagged.join('\n')],
    [
      'FunctionGemma',
      calls
        .map(
          (call) => `<start_function_call>${gemmaCall(call, '<escape>', true)}<end_function_call>`,
        )
        .join(''),
    ],
    [
      'Gemma 4',
      calls.map((call) => `<|tool_call>${gemmaCall(call, '<|"|>', false)}<tool_call|>`).join(''),
    ],
  ];
}

/** Like the past calls of vLLM's template for Gemma 3: JSON literals, without commas between arguments. */
function withoutCommas(calls: readonly Call[]): string {
  const written = calls.map(({ name, arguments: given }) => {
    const pairs = Object.entries(given).map(([key, value]) => `${key}=${JSON.stringify(value)}`);
    return `${name}(${pairs.join('')})`;
  });
  return `[${written.join(', ')}]`;
}

function gemmaCall(
  { name, arguments: given }: Call,
  quote: string,
  areScalarsQuoted: boolean,
): string {
  const print = (value: JsonValue): string => {
    if (typeof value === 'string') return `${quote}${value}${quote}`;
    if (Array.isArray(value)) return `[${value.map(print).join(',')}]`;
    if (isJsonObject(value)) return braces(value);
    return areScalarsQuoted ? `${quote}${value}${quote}` : String(value);
  };
  const braces = (value: JsonObject): string =>
    `{${Object.entries(value)
      .map(([key, item]) => `${key}:${print(item)}`)
      .join(',')}}`;
  return `call:${name}${braces(given)}`;
}

/** Splits a text into pieces of 1 to 12 characters. */
export function randomPieces(text: string, random: () => number): string[] {
  const pieces: string[] = [];
  for (let at = 0; at < text.length; ) {
    const length = 1 + Math.floor(random() * 12);
    pieces.push(text.slice(at, at + length));
    at += length;
  }
  return pieces;
}

/** Creates pseudo-random numbers from 0 to 1, the same for the same seed (mulberry32). */
export function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
