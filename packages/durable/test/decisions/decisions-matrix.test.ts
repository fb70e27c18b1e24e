import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { deskCases } from '../../../../scripts/desk-cases.ts';
import { sourceOptions } from '../../../../scripts/source-options.ts';
import {
  type Cell,
  callsOf,
  caseOf,
  decisionCases,
  modes,
  numbers,
  places,
} from './decision-cell.ts';
import { type CellReport, openRun, playCell, prepareCell } from './play-cell.ts';

// A process that compiles the engine takes seconds on a busy machine.
jest.setTimeout(300_000);

const decisions = Object.keys(decisionCases) as Cell['decision'][];
const matrix: readonly Cell[] = modes.flatMap((mode) =>
  places.flatMap((place) =>
    numbers.flatMap((number) => decisions.map((decision) => ({ mode, place, number, decision }))),
  ),
);
// One decision in five, which is another one in each mode, place and number.
const cells = deskCases(matrix, 5);

/** What waits for each tool. */
const kindOf = { pay: 'approval', book: 'question', locate: 'outside', send: 'in-doubt' } as const;

/** What the guide promises for a cell. */
function expected(cell: Cell): CellReport {
  const { tool, result, done, otherwise, isTwice = false } = caseOf(cell);
  const ids = callsOf(cell);
  const isDurable = cell.mode === 'durable';
  // A run that has ended and is not durable can be resumed again from the state that it was saved with.
  const isRepeated = isTwice && !isDurable && cell.number === 'one';
  const each = isRepeated ? [...ids, ...ids] : ids;
  return {
    kinds: ids.map(() => kindOf[tool]),
    ...(otherwise && { refused: { code: 'invalid_options', waiting: ids } }),
    ...(cell.number === 'several' && { afterFirst: ids.slice(1) }),
    ...(isDurable && cell.place === 'new version' && { blocked: 'agent_changed' }),
    events: eventsOf(cell, each),
    status: 'completed',
    results: ids.map(() => result),
    done: done === undefined ? [] : each.map((id) => `${done} ${id}`),
  };
}

/** The decisions that are reported as events, in a run that is streamed or durable. */
function eventsOf(cell: Cell, ids: readonly string[]): readonly string[] {
  const { decision, otherwise, isCheckedInRun = false } = caseOf(cell);
  const decided = ids.map((id) => `${(otherwise ?? decision).kind} ${id}`);
  if (cell.mode === 'run') return [];
  // Events of earlier segments need the agent as it was.
  if (cell.mode === 'durable') return cell.place === 'new version' ? ['agent_changed'] : decided;
  return isCheckedInRun ? [`${decision.kind} ${ids[0]}`, ...decided] : decided;
}

let root: string;
const folderOf = (cell: Cell) => join(root, String(cells.indexOf(cell)));
const nameOf = ({ place, number, decision }: Cell) => `${decision}, ${number} waiting, ${place}`;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'turnwise-decisions-'));
});

afterAll(async () => {
  await rm(root, { recursive: true });
});

async function prepare(cell: Cell): Promise<void> {
  await mkdir(folderOf(cell));
  await prepareCell(cell, folderOf(cell));
}

describe.each(modes)('%s', (mode) => {
  const here = cells.filter((cell) => cell.mode === mode && cell.place !== 'new process');

  test.each(here.map((cell) => [nameOf(cell), cell] as const))(
    '%s: the decision has the effect that the guide describes',
    async (_name, cell) => {
      await prepare(cell);
      expect(await playCell(cell, folderOf(cell))).toEqual(expected(cell));
      if (cell.place !== 'copied file') return;
      const original = await openRun(cell, join(folderOf(cell), 'saved'));
      expect((await original.waiting()).map(({ callId }) => callId)).toEqual(callsOf(cell));
      await original.close();
    },
  );
});

test('in a new process each decision has the effect that the guide describes', async () => {
  const there = cells.filter(({ place }) => place === 'new process');
  for (const cell of there) await prepare(cell);
  const file = join(root, 'cells.json');
  await writeFile(file, JSON.stringify(there.map((cell) => ({ cell, folder: folderOf(cell) }))));
  const program = join(import.meta.dirname, 'play-cells-main.ts');
  const node = [...sourceOptions, program, file];
  await promisify(execFile)(process.execPath, node, {
    cwd: join(import.meta.dirname, '../../../..'),
  });
  const reports: readonly unknown[] = JSON.parse(await readFile(file, 'utf8'));
  const byName = (values: readonly unknown[]) =>
    Object.fromEntries(
      there.map((cell, place) => [`${cell.mode}: ${nameOf(cell)}`, values[place]]),
    );
  expect(byName(reports)).toEqual(byName(there.map(expected)));
});
