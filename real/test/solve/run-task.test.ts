import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { type LocalEndpoint, type ScriptedReply, startLocalEndpoint } from '@turnwise/local';
import { type CountingProxy, startCountingProxy } from '../../src/solve/counting-proxy.ts';
import { formatScores } from '../../src/solve/format-scores.ts';
import { loadTaskSet, selectTasks } from '../../src/solve/load-task-set.ts';
import { runTask } from '../../src/solve/run-task.ts';
import { type TaskScore, toSolverScore } from '../../src/solve/score.ts';
import { createSolver } from '../../src/solve/solvers/create-solver.ts';
import { peerSolver } from '../../src/solve/solvers/peer-solver.ts';
import type { Solver } from '../../src/solve/solvers/solver.ts';

const support = (name: string): string =>
  fileURLToPath(new URL(`../support/${name}`, import.meta.url));

let endpoint: LocalEndpoint;
let proxy: CountingProxy;

beforeEach(async () => {
  endpoint = await startLocalEndpoint({ quirks: 'none' });
  proxy = await startCountingProxy(endpoint.url);
});

afterEach(async () => {
  await proxy.close();
  await endpoint.close();
});

const options = () => ({
  baseURL: proxy.url,
  model: endpoint.models[0] ?? '',
  apiKey: 'unused',
  maxTokens: 200,
  maxSteps: 8,
});

async function solve(solver: Solver, id: string, ...script: ScriptedReply[]): Promise<TaskScore> {
  const set = await loadTaskSet(support('lamp-tasks.mjs'));
  const [task] = selectTasks(set, [id]);
  if (task === undefined) throw new Error(`no task ${id}`);
  endpoint.script.push(...script);
  return runTask(solver, task, { set, proxy, taskMs: 60_000 });
}

const switches = (lamp: string): ScriptedReply => ({
  calls: [{ name: 'switch_lamp', arguments: { lamp, to: 'on' } }],
});

test('a task is solved if the state is right, over several inputs of the user', async () => {
  const solver = await createSolver('turnwise', options());
  const script = [switches('hall'), { text: 'Done.' }, switches('attic'), { text: 'Done too.' }];
  expect(await solve(solver, 'both', ...script)).toMatchObject({
    verdict: 'solved',
    text: 'Done too.',
    calls: [{ arguments: { lamp: 'hall' } }, { arguments: { lamp: 'attic' } }],
    madeUp: [],
    counts: { requests: 4, refused: 0 },
  });
});

test('an answer that only claims success is silently wrong', async () => {
  const solver = await createSolver('turnwise', options());
  const score = await solve(solver, 'hall', { text: 'The lamp in the hall is on.' });
  expect(score).toMatchObject({ verdict: 'silently wrong', calls: [] });
});

test('an error that the framework reports is not silent, and its code is counted', async () => {
  const solver = await createSolver('turnwise', options());
  const refusals = Array.from({ length: 8 }, () => ({ error: { status: 401 } }));
  const score = await solve(solver, 'hall', ...refusals);
  expect(score).toMatchObject({ verdict: 'error', error: 'model_unauthorized' });
  expect(toSolverScore('turnwise', [score]).errors).toEqual({ model_unauthorized: 1 });
});

test('a run that reaches the limit of steps is an error', async () => {
  const solver = await createSolver('turnwise', options());
  const lamps = Array.from({ length: 9 }, (_, at) => switches(`lamp ${at}`));
  expect(await solve(solver, 'hall', ...lamps)).toMatchObject({
    verdict: 'error',
    error: 'max-steps',
  });
});

test('a typed answer is judged by its value', async () => {
  const solver = await createSolver('turnwise:guided', options());
  const score = await solve(
    solver,
    'form',
    { text: '{"answer":"Two lamps."}' },
    { text: '{"lamps":2}' },
  );
  expect(score).toMatchObject({ verdict: 'solved', output: { lamps: 2 } });
});

test('a value of a grounded parameter that nobody gave is counted as made up', async () => {
  const solver = await createSolver('turnwise', options());
  const score = await solve(solver, 'hall', switches('cellar'), switches('hall'), {
    text: 'Done.',
  });
  expect(score).toMatchObject({
    verdict: 'solved',
    madeUp: [{ tool: 'switch_lamp', parameter: 'lamp', value: 'cellar' }],
  });
});

test('with grounded parameters such a value reaches no tool', async () => {
  const solver = await createSolver('turnwise:grounded', options());
  const script = [switches('cellar'), switches('hall'), { text: 'Done.' }];
  expect(await solve(solver, 'hall', ...script)).toMatchObject({
    verdict: 'solved',
    calls: [{ arguments: { lamp: 'hall' } }],
    madeUp: [],
  });
});

test('the program of a peer solves in its own process, with the tools of this one', async () => {
  const program = support('scripted-peer.mjs');
  const solver = peerSolver(options(), { node: process.execPath, program });
  try {
    expect(await solve(solver, 'hall')).toMatchObject({ verdict: 'solved', text: '{"ok":true}' });
    expect(await solve(solver, 'both')).toMatchObject({ verdict: 'error', error: 'step-limit' });
    expect(await solve(solver, 'form')).toMatchObject({ verdict: 'error', error: 'process-ended' });
    expect(await solve(solver, 'hall')).toMatchObject({ verdict: 'solved' });
  } finally {
    await solver.close();
  }
});

test('the scores are printed as a Markdown table', async () => {
  const solver = await createSolver('turnwise', options());
  const scores = [
    await solve(solver, 'hall', switches('hall'), { text: 'Done.' }),
    await solve(solver, 'form', { text: 'Two.' }, { text: '{"lamps":3}' }),
  ];
  const [head, , row] = formatScores([toSolverScore('turnwise', scores)]).split('\n');
  expect(head).toMatch(/^\| solver +\| solved +\| silently wrong \| named errors \|/);
  expect(row).toMatch(/^\| turnwise \| 1 of 2 \| 1 +\| 0 /);
});
