/**
 * Measures whether the time of a run grows linearly with the length of one hostile or broken reply:
 *
 *   npx tsx --conditions @turnwise/source packages/core/scripts/measure-linear-time.ts [characters] [kind]
 *
 * Each kind runs with a quarter of the characters and with all of them (1,000,000 by default), as a real run against a
 * local HTTP server, streamed and whole. It prints the CPU time of both and their ratio: linear is 4, and the limit is 5
 * (below 60 ms the noise is larger than the time). Exits with 1 if a kind is over a limit.
 */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { z } from 'zod';
import { Agent, openaiCompatible, tool } from '../src/index.ts';

type Make = (characters: number) => string;

/** How the server sends the reply. */
interface Delivery {
  /** Characters of each piece of a stream. */
  readonly pieceChars: number;
  readonly asArguments?: boolean;
  readonly finishReason?: 'length';
  readonly dialect?: 'prompted' | 'guided';
}

const repeated =
  (piece: string): Make =>
  (characters) =>
    piece.repeat(Math.max(1, Math.floor(characters / piece.length)));

const between =
  (start: string, piece: string, end: string): Make =>
  (characters) =>
    start + repeated(piece)(characters) + end;

const jsonFile: Make = (characters) => {
  const row = '{"id": "7", "city": "Rome", "note": "a, b"}, ';
  const file = `[${row.repeat(characters / (row.length + 12))}]`;
  return `[save(path="a.json", content=${JSON.stringify(file)})]`;
};

const prompted: Delivery = { pieceChars: 16, dialect: 'prompted' };
const native: Delivery = { pieceChars: 16 };
const asArguments: Delivery = { pieceChars: 4_096, asArguments: true };

const kinds: Readonly<Record<string, readonly [Make, Delivery]>> = {
  'arguments: numbers without commas': [between('{"n": [', '7 ', ']}'), asArguments],
  'arguments: lines without commas': [between('{"n": [', '7\n', ']}'), asArguments],
  'arguments: strings without commas': [between('{n: [', "'a' ", ']}'), asArguments],
  'arguments: members without commas': [between('{', '"k" : "v" ', '}'), asArguments],
  'arguments: keys only': [between('{', '"k" "v" ', '}'), asArguments],
  'arguments: unescaped quotes': [between('{"text": "', 'a "b" c ', '"}'), asArguments],
  'arguments: open brackets': [repeated('{"a":['), asArguments],
  'arguments: escaped quotes, open': [between('{"text": "', '\\"', ''), asArguments],
  'arguments: comments': [between('{', '/* a */', '}'), asArguments],
  'arguments: in small pieces': [
    between('{"text": "', 'word ', '"}'),
    { ...asArguments, pieceChars: 16 },
  ],
  'file of JSON, cut': [(n) => jsonFile(n).slice(0, -40), { ...prompted, finishReason: 'length' }],
  'file of JSON, not closed': [(n) => jsonFile(n).slice(0, -3), prompted],
  'file of JSON, complete': [jsonFile, prompted],
  'escaped quotes in an open call': [between('[save(content="', '\\"\\"', ''), prompted],
  'quotes in an open call': [between('[save(content="', '"" ', ''), prompted],
  'apostrophes in an open call': [between("[save(content='", "it's ", ''), prompted],
  'tags of calls': [repeated('<tool_call>{"name":"save"'), native],
  'tags of lists of calls': [repeated('[TOOL_CALLS][{"name":"save"'), native],
  'tagged call with unescaped quotes': [
    between('<tool_call>{"name":"save","arguments":{"content":"', 'a "b" ', '"}}</tool_call>'),
    prompted,
  ],
  'open brackets': [repeated('{"a":[('), native],
  'open calls': [repeated('save(content=['), prompted],
  'calls, one character per piece': [
    repeated(': save(content="1") z\n'),
    { ...prompted, pieceChars: 1 },
  ],
  'open tags of thoughts': [repeated('<think>a'), native],
  'thoughts one after another': [repeated('<think>a</think>'), native],
  'thoughts at the start of lines': [repeated('a\n<think>b</think>\n'), native],
  'thoughts: closing tags': [repeated('a</think>\n'), native],
  'thoughts: closing tags in code': [repeated('a `</think>` b '), native],
  'thoughts: closing tags in open fences': [repeated('\n```x\n</think>'), native],
  'thoughts: tags in calls': [repeated('[save(content="</think>")]\n'), prompted],
  'thoughts: parts of tags': [repeated('a </thin'), native],
  'thoughts: white space': [between('<think>', ' ', 'a</think>b'), native],
  'thoughts: white space before a tag': [between('a', ' ', '</think>b'), native],
  'thoughts: a long thought, one character per piece': [
    between('<think>', 'So 1 < 2. ', '</think>b'),
    { ...native, pieceChars: 1 },
  ],
  'thoughts: white space, one character per piece': [
    between('', ' ', '<think>a</think>b'),
    { ...native, pieceChars: 1 },
  ],
  'thoughts: ordinary words as tags': [
    between('analysis', 'So 1 < 2. ', 'assistantfinalb'),
    native,
  ],
  fences: [repeated('```\nsave(content="1")\n``` '), native],
  'single backticks': [repeated('` '), native],
  'prose with links': [
    repeated('The weather in Paris is fine, and "so" is [the food](http://x). '),
    native,
  ],
  'white space before the answer': [between('', ' ', 'Hello.'), native],
  'line breaks before a call': [between('', '\n', '[save(content="1")]'), prompted],
  'white space inside a call': [between('[save(', ' ', 'content="1")]'), prompted],
  'guided: an open answer': [
    between('{"answer": "', '\\u0041"', ''),
    { ...native, dialect: 'guided' },
  ],
  'guided: white space': [between('', ' ', '{"answer": "a"}'), { ...native, dialect: 'guided' }],
  'guided: calls without commas': [
    between('{"calls": [', '{"name": "save", "arguments": {}} ', ']}'),
    { ...native, dialect: 'guided' },
  ],
};

const maxRatio = 5;
const maxMs = 1_000;
/** CPU times below this are mostly noise. */
const noiseMs = 60;

const [characters = '1000000', only = ''] = process.argv.slice(2);
let isOver = false;
console.log('kind, how it is sent: ms for a quarter, ms for all, ratio');
for (const [name, [make, delivery]] of Object.entries(kinds)) {
  if (!name.includes(only)) continue;
  for (const isStreamed of [true, false]) {
    const measure = (share: number) =>
      measureRun(make(Number(characters) * share), delivery, isStreamed);
    await measure(0.02);
    const quarter = await fastest(() => measure(0.25));
    const all = await fastest(() => measure(1));
    const ratio = all / Math.max(quarter, noiseMs);
    const isBad = ratio > maxRatio || all > maxMs;
    isOver ||= isBad;
    const label = `${name}, ${isStreamed ? 'streamed' : 'whole'}`;
    console.log(
      `${isBad ? '!' : ' '} ${label}: ${Math.round(quarter)} ${Math.round(all)} ${ratio.toFixed(1)}`,
    );
  }
}
if (isOver) process.exitCode = 1;

async function fastest(measure: () => Promise<number>): Promise<number> {
  return Math.min(await measure(), await measure());
}

/** CPU milliseconds of one run, without those of sending the reply. */
async function measureRun(reply: string, delivery: Delivery, isStreamed: boolean): Promise<number> {
  const body = isStreamed ? streamOf(reply, delivery) : wholeOf(reply, delivery);
  const server = await serve(body, isStreamed ? 'text/event-stream' : 'application/json');
  const { port } = server.address() as AddressInfo;
  const model = openaiCompatible({
    model: 'any',
    baseURL: `http://127.0.0.1:${port}/v1`,
    profile: 'gemma-3',
    dialect: delivery.dialect ?? 'native',
    retry: { maxRetries: 0 },
  });
  const save = tool({
    name: 'save',
    description: 'Saves a file.',
    parameters: z.object({ path: z.string().optional(), content: z.string() }),
    execute: () => 'Saved.',
  });
  const agent = new Agent({
    name: 'measured',
    model,
    tools: [save],
    limits: { maxSteps: 1, maxRequests: 1 },
  });
  const before = process.cpuUsage();
  try {
    if (isStreamed) for await (const _ of agent.stream('Go.'));
    else await agent.run('Go.');
  } catch {
    // Most of these replies are unusable; only the time is measured.
  }
  const { user, system } = process.cpuUsage(before);
  server.close();
  server.closeAllConnections();
  return (user + system) / 1000;
}

function serve(body: string, type: string): Promise<Server> {
  const server = createServer((request, response) => {
    request.resume().on('end', () => {
      response.writeHead(200, { 'content-type': type }).end(body);
    });
  });
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server)));
}

function streamOf(reply: string, delivery: Delivery): string {
  const chunks = Array.from(
    { length: Math.ceil(reply.length / delivery.pieceChars) },
    (_, index) => {
      const piece = reply.slice(index * delivery.pieceChars, (index + 1) * delivery.pieceChars);
      return { index: 0, delta: messageOf(piece, delivery, index === 0) };
    },
  );
  const end = { index: 0, delta: {}, finish_reason: finishReasonOf(delivery) };
  const events = [...chunks, end].map(
    (choice) => `data: ${JSON.stringify({ choices: [choice] })}\n\n`,
  );
  return `${events.join('')}data: [DONE]\n\n`;
}

function wholeOf(reply: string, delivery: Delivery): string {
  const message = { role: 'assistant', ...messageOf(reply, delivery, true) };
  return JSON.stringify({
    choices: [{ index: 0, message, finish_reason: finishReasonOf(delivery) }],
  });
}

function messageOf(text: string, { asArguments: isCall }: Delivery, isFirst: boolean): object {
  if (isCall !== true) return { content: text };
  const head = isFirst ? { id: 'a', type: 'function' } : {};
  const name = isFirst ? { name: 'save' } : {};
  return { tool_calls: [{ index: 0, ...head, function: { ...name, arguments: text } }] };
}

function finishReasonOf({ finishReason, asArguments: isCall }: Delivery): string {
  return finishReason ?? (isCall === true ? 'tool_calls' : 'stop');
}
