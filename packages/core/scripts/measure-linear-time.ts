/**
 * Measures whether the time of a run grows linearly with the length of one hostile or broken reply:
 *
 *   npx tsx --conditions @turnwise/source packages/core/scripts/measure-linear-time.ts [characters] [kind]
 *
 * Each kind runs with a quarter of the characters and with all of them (1,000,000 by default), as a real run against a
 * local HTTP server in another process, streamed and whole. It prints the CPU time of both and their ratio: linear is 4, and
 * the limit is 5 (below 60 ms the noise is larger than the time). Exits with 1 if a kind is over a limit.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { Agent, openaiCompatible, tool } from '../src/index.ts';
import { hostileReplies } from './hostile-replies.ts';

const maxRatio = 5;
const maxMs = 1_000;
/** CPU times below this are mostly noise. */
const noiseMs = 60;

const [characters = '1000000', only = ''] = process.argv.slice(2);
const server = fork(fileURLToPath(new URL('./serve-hostile-replies.ts', import.meta.url)));
const [port] = await once(server, 'message');
let isOver = false;
console.log('kind, how it is sent: ms for a quarter, ms for all, ratio');
for (const kind of Object.keys(hostileReplies)) {
  if (!kind.includes(only)) continue;
  for (const isStreamed of [true, false]) {
    const measure = (share: number) => measureRun(kind, Number(characters) * share, isStreamed);
    await measure(0.02);
    const quarter = await fastest(() => measure(0.25));
    const all = await fastest(() => measure(1));
    const ratio = all / Math.max(quarter, noiseMs);
    const isBad = ratio > maxRatio || all > maxMs;
    isOver ||= isBad;
    const label = `${kind}, ${isStreamed ? 'streamed' : 'whole'}`;
    console.log(
      `${isBad ? '!' : ' '} ${label}: ${Math.round(quarter)} ${Math.round(all)} ${ratio.toFixed(1)}`,
    );
  }
}
server.disconnect();
if (isOver) process.exitCode = 1;

async function fastest(measure: () => Promise<number>): Promise<number> {
  return Math.min(await measure(), await measure());
}

/** CPU milliseconds of one run, without those of sending the reply. */
async function measureRun(kind: string, length: number, isStreamed: boolean): Promise<number> {
  const path = [isStreamed ? 'streamed' : 'whole', length, kind].map(encodeURIComponent).join('/');
  const model = openaiCompatible({
    model: 'any',
    baseURL: `http://127.0.0.1:${port}/${path}/v1`,
    profile: 'gemma-3',
    dialect: hostileReplies[kind]?.[1].dialect ?? 'native',
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
  return (user + system) / 1000;
}
