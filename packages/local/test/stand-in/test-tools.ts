import type { JsonObject } from '../../src/index.ts';
import { evaluate } from '../../src/stand-in/arithmetic.ts';
import type { TestTool } from './converse.ts';

const text = { type: 'string' };
const glob = { type: 'string', description: 'Which files, such as *.md' };
const date = { type: 'string', format: 'date', description: 'A date, such as 2026-01-31' };

function define(
  name: string,
  description: string,
  properties: JsonObject,
  signature: string,
  run: TestTool['run'],
  required = Object.keys(properties),
): TestTool {
  return {
    name,
    description,
    parameters: { type: 'object', properties, required },
    signature,
    run,
  };
}

/** Evaluates plain expressions. */
export const calculator = define(
  'calculator',
  'Evaluates an arithmetic expression, with units.',
  { expression: { type: 'string', description: 'e.g. 2 * (3 + 4)' } },
  'calculator(expression: string /* e.g. "2 * (3 + 4)" */)',
  ({ expression }) => {
    const value = evaluate(String(expression));
    return value === undefined ? 'error: not an expression' : String(Number(value.toPrecision(12)));
  },
);

/** Reports the weather of any city. */
export const weather = define(
  'get_weather',
  'Current weather of a city.',
  { city: text, unit: { type: 'string', enum: ['celsius', 'fahrenheit'] } },
  'get_weather(city: string, unit?: "celsius" | "fahrenheit")',
  ({ city }) => ({ city: city ?? null, degrees: 21, sky: 'clear' }),
  ['city'],
);

/** Reports the time. */
export const clock = define(
  'current_time',
  'The current date and time.',
  {},
  'current_time()',
  () => '2026-11-23 16:20',
);

/** Counts days. */
export const days = define(
  'days_between',
  'Number of days from one date to another.',
  { first: date, second: date },
  'days_between(first: string /* A date; format date */, second: string /* A date */)',
  () => '73 days',
);

/** Tools for files; every file has the given number of lines. */
export function fileTools(lines: number): TestTool[] {
  const list = define(
    'list_files',
    'Lists the files of a folder.',
    { path: text, glob },
    'list_files(path?: string, glob?: string /* Which files, such as *.md */)',
    () => ['a.txt', 'b.txt'],
    [],
  );
  const read = define(
    'read_file',
    'Reads a text file, or some lines of it.',
    { path: text, start: { type: 'integer' }, end: { type: 'integer' } },
    'read_file(path: string, start?: int, end?: int)',
    () => 'the first line\nthe second line',
    ['path'],
  );
  const search = define(
    'search_text',
    'Searches the files for a text.',
    { text, path: text, glob },
    'search_text(text: string, path?: string, glob?: string /* Only such files */)',
    () => 'src/main.ts:12: a match',
    ['text'],
  );
  const count = define(
    'count_lines',
    'Counts the lines of a text file.',
    { path: text },
    'count_lines(path: string)',
    ({ path }) => ({ path: path ?? null, lines }),
  );
  return [list, read, search, count];
}

/** Variants of the tool that counts lines. */
export function lineCounters(lines: number): TestTool[] {
  const what = { type: 'string', enum: ['lines', 'words', 'characters'] };
  return [
    define(
      'count',
      'Counts the lines, words or characters of a file.',
      { path: text, what },
      'count(path: string, what: "lines" | "words" | "characters")',
      () => lines,
    ),
    define(
      'files_count_lines',
      'Number of lines of a file.',
      { file: text },
      'files_count_lines(file: string)',
      ({ file }) => `${file} has ${lines} lines.`,
    ),
    define(
      'wc',
      'Line count of a file, as JSON.',
      { filename: text },
      'wc(filename: string)',
      () => ({ status: 'ok', bytes: 98_765, line_count: lines }),
    ),
  ];
}
