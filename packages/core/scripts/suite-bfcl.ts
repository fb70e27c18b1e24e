/**
 * Reads a file of cases (one JSON object per line: `tools`, `expected`, `orig_names`, `schemaInvalid`) and sends the expected
 * calls as replies of a model, in every format and dialect, whole and streamed, to an agent with spy tools. Exactly those calls
 * must run, with exactly those arguments, in order. Arguments that do not match the schema must be refused with their path. A
 * reply without calls must not run a tool.
 *
 *     npx tsx --conditions @turnwise/source packages/core/scripts/suite-bfcl.ts FILE [SEED]
 */
import { readFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import { type LocalEndpoint, startLocalEndpoint } from '../../local/src/index.ts';
import { Agent } from '../src/agent/agent.ts';
import { createDialect } from '../src/dialect/create-dialect.ts';
import type { RawDelta } from '../src/dialect/wire.ts';
import { wireName } from '../src/dialect/wire-name.ts';
import type { JsonObject } from '../src/json.ts';
import { dialectModel } from '../src/model/dialect-model.ts';
import type { Model } from '../src/model/model.ts';
import { openaiCompatible } from '../src/model/openai-compatible.ts';
import { defineProfile, type ModelProfile } from '../src/profile/model-profile.ts';
import { profiles } from '../src/profile/profiles.ts';
import { jsonSchema } from '../src/schema/convert/to-schema.ts';
import { type Tool, tool } from '../src/tool/tool.ts';
import { textOf } from '../src/turns/turn.ts';
import {
  rawCalls,
  rawText,
  scriptedTransport,
  type WireReply,
} from '../test/support/scripted-transport.ts';
import {
  type Call,
  type CallsCase,
  formsOf,
  proseOf,
  randomFrom,
  randomPieces,
} from './call-forms.ts';

const { gemma3, gemma3Strict, openai } = profiles;

const [file, seedText = '1'] = process.argv.slice(2);
if (file === undefined) throw new Error('Name the file of cases.');
const rows = readFileSync(file, 'utf8')
  .split('\n')
  .filter((line) => line.trim() !== '')
  .map((line) => JSON.parse(line) as CallsCase);
const random = randomFrom(Number(seedText));

/** A profile for each dialect. */
const dialects: readonly (readonly [name: string, profile: ModelProfile])[] = [
  ['native', gemma3],
  ['native, relaxed', openai],
  ['prompted', gemma3Strict],
  ['guided', defineProfile(gemma3Strict, { dialect: 'guided' })],
];

interface Count {
  passed: number;
  readonly failed: string[];
}

const counts = new Map<string, Map<string, Count>>();

/** What one reply caused. */
interface Outcome {
  readonly ran: readonly Call[];
  /** The texts of results without an execution. */
  readonly refusals: readonly string[];
  readonly fixes: readonly string[];
}

const endpoint = await startLocalEndpoint({ quirks: 'vllm' });
for (const row of rows) {
  for (const mode of ['whole', 'streamed'] as const) await measureRow(row, mode);
}
await endpoint.close();
report();

async function measureRow(row: CallsCase, mode: 'whole' | 'streamed'): Promise<void> {
  const calls = row.expected.map((call) => ({ ...call, name: ownName(row, call.name) }));
  for (const [name, profile] of dialects) {
    for (const [form, reply] of repliesOf(row, calls, name)) {
      const model = scriptedBy(profile, mode === 'whole' ? reply : inPieces(reply));
      await check(row, calls, { form, column: `${name}, ${mode}`, mode, model });
    }
  }
  const parsed = calls.length === 0 ? proseOf(row) : (row.pythonic ?? '');
  await check(row, calls, {
    form: 'text that the server parses',
    column: `native, ${mode}`,
    mode,
    model: parsedBy(endpoint, parsed),
  });
}

/** The replies of the model in all formats that can occur in a dialect. */
function repliesOf(
  row: CallsCase,
  calls: readonly Call[],
  dialect: string,
): readonly (readonly [form: string, reply: WireReply])[] {
  if (calls.length === 0)
    return [['no call expected', rawText(encodeAnswer(proseOf(row), dialect))]];
  const texts = formsOf(row).map(([form, text]) => [form, rawText(text)] as const);
  const onWire = calls.map(({ name, arguments: given }) => {
    return { name: wireName(name), arguments: given };
  });
  if (dialect === 'guided') {
    return [['guided JSON', rawText(JSON.stringify({ calls: onWire }))], ...texts];
  }
  if (!dialect.startsWith('native')) return texts;
  const native = onWire.map(({ name, arguments: given }) => [name, JSON.stringify(given)] as const);
  return [['calls of the API', rawCalls(native)], ...texts];
}

function encodeAnswer(answer: string, dialect: string): string {
  return dialect === 'guided' ? JSON.stringify({ answer }) : answer;
}

function inPieces(reply: WireReply): WireReply {
  if (reply.end instanceof Error) return reply;
  const { text, calls } = reply.end;
  const deltas: RawDelta[] = randomPieces(text, random).map((piece) => ({ text: piece }));
  for (const [index, call] of calls.entries()) {
    deltas.push({ calls: [{ index, id: `call_${index}`, name: call.name }] });
    for (const piece of randomPieces(call.arguments, random)) {
      deltas.push({ calls: [{ index, arguments: piece }] });
    }
  }
  return { ...reply, deltas };
}

function scriptedBy(profile: ModelProfile, reply: WireReply): Model {
  const end = rawText(profile.dialect === 'guided' ? '{"answer":"Done."}' : 'Done.');
  const transport = scriptedTransport([reply], { afterwards: end });
  return dialectModel({ transport, profile, dialect: createDialect(profile) });
}

/** The embedded endpoint parses the text like vLLM, and sends it again if it is requested again. */
function parsedBy({ script, url }: LocalEndpoint, text: string): Model {
  while (script.remaining > 0) script.next();
  const model = openaiCompatible({ baseURL: url, model: 'gemma-3-27b', profile: gemma3 });
  return {
    ...model,
    request(request, signal) {
      const isAnswered = request.transcript.turns.at(-1)?.role === 'tool';
      script.push({ text: isAnswered ? 'Done.' : text });
      return model.request(request, signal);
    },
  };
}

interface Case {
  readonly form: string;
  readonly column: string;
  readonly mode: 'whole' | 'streamed';
  readonly model: Model;
}

async function check(
  row: CallsCase,
  calls: readonly Call[],
  { form, column, mode, model }: Case,
): Promise<void> {
  try {
    const outcome = await run(row, model, mode);
    const problem = await findProblem(row, calls, outcome);
    count(row.schemaInvalid === true ? 'refused by the schema' : form, column, {
      failure: problem === undefined ? undefined : `${row.id}, ${form}: ${problem}`,
    });
  } catch (thrown) {
    count(form, column, { failure: `${row.id}: ${String(thrown)}` });
  }
}

async function run(row: CallsCase, model: Model, mode: 'whole' | 'streamed'): Promise<Outcome> {
  const ran: Call[] = [];
  const tools = row.tools.map((each) => spy(row, each, ran));
  const agent = new Agent({ name: 'suite', model, tools });
  const question = 'Do it.';
  const result = await (mode === 'whole' ? agent.run(question) : agent.stream(question).result);
  const results = result.transcript.turns.flatMap((turn) =>
    turn.role === 'tool' ? turn.results : [],
  );
  const refused = results.filter(({ status }) => status !== 'ok');
  return {
    ran,
    refusals: refused.map(({ parts }) => textOf(parts)),
    fixes: result.fixes.map(({ kind }) => kind),
  };
}

function spy(
  row: CallsCase,
  { function: definition }: CallsCase['tools'][number],
  ran: Call[],
): Tool {
  const name = ownName(row, definition.name);
  return tool({
    name,
    description: definition.description ?? definition.name,
    parameters: jsonSchema(definition.parameters),
    execute: (input) => {
      ran.push({ name, arguments: input as JsonObject });
      return 'ok';
    },
  });
}

/** The reason why a case has failed; `undefined` if it has passed. */
async function findProblem(
  row: CallsCase,
  calls: readonly Call[],
  { ran, refusals, fixes }: Outcome,
): Promise<string | undefined> {
  const paths = await Promise.all(calls.map((call) => invalidPath(row, call)));
  const valid = calls.filter((_call, index) => paths[index] === undefined);
  const details = `ran ${JSON.stringify(ran)}, refused ${JSON.stringify(refusals)}, fixes ${fixes}`;
  if (!isDeepStrictEqual(ran, valid)) return `expected ${JSON.stringify(valid)}; ${details}`;
  const invalid = paths.filter((path) => path !== undefined);
  const areNamed = invalid.every((path, index) => refusals[index]?.includes(path));
  return areNamed && refusals.length === invalid.length
    ? undefined
    : `unnamed ${invalid}; ${details}`;
}

/** The path of the first mismatch between a call and its schema; `undefined` if it matches. */
async function invalidPath(row: CallsCase, call: Call): Promise<string | undefined> {
  const called = row.tools.find((each) => ownName(row, each.function.name) === call.name);
  const checked = await jsonSchema(called?.function.parameters ?? {}).validate(call.arguments);
  return checked.ok ? undefined : (checked.issues[0]?.path ?? '');
}

function ownName({ orig_names: own = {} }: CallsCase, name: string): string {
  return own[name] ?? name;
}

function count(form: string, column: string, { failure }: { failure: string | undefined }): void {
  const columns = counts.get(form) ?? new Map<string, Count>();
  counts.set(form, columns);
  const known = columns.get(column) ?? { passed: 0, failed: [] };
  columns.set(column, known);
  if (failure === undefined) known.passed += 1;
  else known.failed.push(failure);
}

function report(): void {
  const failures: string[] = [];
  for (const [form, columns] of counts) {
    console.log(form);
    for (const [column, { passed, failed }] of columns) {
      console.log(`  ${column.padEnd(28)} ${passed}/${passed + failed.length}`);
      failures.push(...failed.map((each) => `${column}: ${each}`));
    }
  }
  for (const failure of failures.slice(0, 40)) console.log(`✗ ${failure.slice(0, 1_000)}`);
  const cases = [...counts.values()].flatMap((columns) => [...columns.values()]);
  const total = cases.reduce((sum, { passed, failed }) => sum + passed + failed.length, 0);
  console.log(
    failures.length === 0 ? `all ${total} passed` : `${failures.length} of ${total} failed`,
  );
  process.exitCode = failures.length === 0 ? 0 : 1;
}
