/**
 * Measures salvage with a file of cases, one JSON object per line: either a text of a model and the calls that it contains
 * (`text`, `expected.calls`), or calls that are written in every text format (`tools`, `expected`, `orig_names`).
 *
 *     npx tsx --conditions @turnwise/source packages/core/scripts/suite-salvage.ts FILE [SEED]
 */
import { readFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import {
  type CallableName,
  type CallableNames,
  toCallableNames,
} from '../src/dialect/salvage/callable-name.ts';
import { createHoldBack } from '../src/dialect/salvage/hold-back.ts';
import { type Salvaged, salvageCalls } from '../src/dialect/salvage/salvage-calls.ts';
import type { JsonObject } from '../src/json.ts';
import { type CallsCase, formsOf, proseOf, randomFrom, randomPieces } from './call-forms.ts';

interface ExpectedCall {
  readonly name: string | null;
  readonly arguments?: JsonObject;
  readonly arguments_include?: JsonObject;
  readonly arguments_text_include?: readonly string[];
}

interface WrittenCase {
  readonly id: string;
  readonly family: string;
  readonly text: string;
  readonly chunks?: readonly string[];
  readonly expected: { readonly calls: readonly ExpectedCall[]; readonly content?: string };
}

type Count = { passed: number; failed: string[] };

const [file, seedText = '1'] = process.argv.slice(2);
if (file === undefined) throw new Error('Name the file of cases.');
const rows = readFileSync(file, 'utf8')
  .split('\n')
  .filter((line) => line.trim() !== '')
  .map((line) => JSON.parse(line) as WrittenCase | CallsCase);
const random = randomFrom(Number(seedText));
const counts = new Map<string, Count>();

for (const row of rows) {
  if ('text' in row) measureWritten(row);
  else measureCalls(row);
}
report();

function measureWritten(row: WrittenCase): void {
  const names = new Set(rows.flatMap((other) => ('text' in other ? namesIn(other) : [])));
  const tools = toCallableNames(
    [...names].map((name) => callable(name, [name], { type: 'object' })),
  );
  const { calls, content } = row.expected;
  const salvaged = salvageCalls(row.text, tools);
  const read = salvaged.calls.filter((call) => call.readable);
  const areCalls =
    read.length === calls.length && calls.every((call, index) => isCall(read[index], call));
  // A call that is cut off is not an answer: it is requested again, and no part of it runs.
  const isContent =
    content === undefined || salvaged.calls.length > read.length || salvaged.text === content;
  count(`${row.family}, whole`, row.id, areCalls && isContent);
  count(
    `${row.family}, streamed`,
    row.id,
    isStreamedRight(row.text, tools, salvaged, row.chunks ?? []),
  );
}

function namesIn(row: WrittenCase): string[] {
  return row.expected.calls.flatMap(({ name }) => (name === null ? [] : [name]));
}

function isCall(read: Salvaged['calls'][number] | undefined, expected: ExpectedCall): boolean {
  if (read?.readable !== true) return false;
  if (expected.name !== null && expected.name !== read.name) return false;
  if (expected.arguments !== undefined && !isDeepStrictEqual(read.arguments, expected.arguments)) {
    return false;
  }
  const included = Object.entries(expected.arguments_include ?? {});
  if (!included.every(([key, value]) => isDeepStrictEqual(read.arguments[key], value)))
    return false;
  const spaced = JSON.stringify(read.arguments).replaceAll('":', '": ').replaceAll(',"', ', "');
  return (expected.arguments_text_include ?? []).every((part) => spaced.includes(part));
}

function measureCalls(row: CallsCase): void {
  if (row.schemaInvalid === true) return;
  const own = (name: string) => row.orig_names?.[name] ?? name;
  const tools = toCallableNames(
    row.tools.map(({ function: { name, parameters } }) =>
      callable(own(name), [own(name), name], parameters),
    ),
  );
  const expected = row.expected.map((call) => ({ ...call, name: own(call.name) }));
  if (expected.length === 0) {
    count('no call expected', row.id, salvageCalls(proseOf(row), tools).calls.length === 0);
    return;
  }
  for (const [form, text] of formsOf(row)) {
    const salvaged = salvageCalls(text, tools);
    const read = salvaged.calls.map((call) =>
      call.readable ? { name: call.name, arguments: call.arguments } : call,
    );
    count(`${form}, whole`, row.id, isDeepStrictEqual(read, expected));
    count(`${form}, streamed`, row.id, isStreamedRight(text, tools, salvaged, []));
  }
}

function isStreamedRight(
  text: string,
  tools: CallableNames,
  salvaged: Salvaged,
  chunks: readonly string[],
): boolean {
  const cuts = [[...text], randomPieces(text, random), randomPieces(text, random), [text], chunks];
  return cuts.every((pieces) => {
    const holdBack = createHoldBack(tools);
    const shown = pieces.map((piece) => holdBack.push(piece)).join('');
    const all = shown + holdBack.held;
    return all === pieces.join('') && salvaged.text.startsWith(shown);
  });
}

function callable(
  name: string,
  spellings: readonly string[],
  parameters: JsonObject,
): CallableName {
  return { name, spellings, parameters };
}

function count(label: string, id: string, hasPassed: boolean): void {
  const known = counts.get(label) ?? { passed: 0, failed: [] };
  counts.set(label, known);
  if (hasPassed) known.passed += 1;
  else known.failed.push(id);
}

function report(): void {
  for (const [label, { passed, failed }] of counts) {
    const names = failed.length === 0 ? '' : `   failed: ${failed.slice(0, 8).join(', ')}`;
    console.log(`${label.padEnd(40)} ${passed}/${passed + failed.length}${names}`);
  }
  const failures = [...counts.values()].flatMap(({ failed }) => failed);
  console.log(failures.length === 0 ? 'all passed' : `${failures.length} failed`);
  process.exitCode = failures.length === 0 ? 0 : 1;
}
