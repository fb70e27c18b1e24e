import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Decision, Transcript, WaitingCall } from '@turnwise/core';
import { type Cell, callsOf, caseOf } from './decision-cell.ts';
import { openDurable, prepareDurable } from './durable-run.ts';
import { openInProcess, prepareInProcess } from './in-process-run.ts';

/** The run of a cell, which waits for decisions. */
export interface WaitingRun {
  /** What waits now. */
  readonly waiting: () => Promise<readonly WaitingCall[]>;
  /** Decides, and continues until the run ends or waits again. Rejects if a decision is refused. */
  readonly decide: (decisions: Readonly<Record<string, Decision>>) => Promise<void>;
  /** The same decision given once more, after it has been carried out, and `other` at once with it. */
  readonly decideAgain: (
    callId: string,
    other: Readonly<Record<string, Decision>>,
  ) => Promise<void>;
  readonly end: () => Promise<{ readonly status: string; readonly transcript: Transcript }>;
  /** What the tools did, what was reported as an event, and why the run was blocked. */
  readonly log: { readonly done: string[]; readonly events: string[]; blocked?: string };
  readonly close: () => Promise<void>;
}

/** What happened in a cell, for the comparison with the table. */
export interface CellReport {
  readonly kinds: readonly string[];
  /** The code with which the decision was refused, and the calls that waited then. */
  readonly refused?: { readonly code: string; readonly waiting: readonly string[] };
  /** The calls that waited after the decision on the first one. */
  readonly afterFirst?: readonly string[];
  /** The problem of a run whose agent was changed. */
  readonly blocked?: string;
  /** The decisions that were reported as events. */
  readonly events: readonly string[];
  readonly status: string;
  /** What the model read as the results of the calls. */
  readonly results: readonly string[];
  readonly done: readonly string[];
}

/** Starts the run of a cell until it waits, and saves it in a file. */
export async function prepareCell(cell: Cell, folder: string): Promise<void> {
  const file = join(folder, 'saved');
  await (cell.mode === 'durable' ? prepareDurable(cell, file) : prepareInProcess(cell, file));
  if (cell.place === 'copied file') await copyFile(file, join(folder, 'copy'));
}

/** Decides on the run that `prepareCell` has saved, and continues it to its end. */
export async function playCell(cell: Cell, folder: string): Promise<CellReport> {
  const file = join(folder, cell.place === 'copied file' ? 'copy' : 'saved');
  const run = await openRun(cell, file);
  try {
    const waiting = await run.waiting();
    const played = await decide(cell, run);
    const { status, transcript } = await run.end();
    const report = {
      kinds: waiting.map(({ kind }) => kind),
      ...played,
      ...run.log,
      status,
      results: resultsIn(transcript),
    };
    // The report of another process is JSON, too.
    return JSON.parse(JSON.stringify(report));
  } finally {
    await run.close();
  }
}

/** Opens the file that a run was saved in. */
export async function openRun(cell: Cell, file: string): Promise<WaitingRun> {
  const open = cell.mode === 'durable' ? openDurable : openInProcess;
  return await open(cell, file, cell.place === 'new version' ? 2 : 1);
}

async function decide(cell: Cell, run: WaitingRun): Promise<Partial<CellReport>> {
  const { decision, otherwise, isUnknown = false, isTwice = false } = caseOf(cell);
  const [first = '', ...others] = callsOf(cell);
  const refused = otherwise && (await refusalOf(run, { [isUnknown ? '9.0' : first]: decision }));
  const given = otherwise ?? decision;
  await run.decide({ [first]: given });
  const afterFirst = await idsOf(run);
  const rest = Object.fromEntries(others.map((id) => [id, given]));
  if (isTwice) await run.decideAgain(first, rest);
  else if (others.length > 0) await run.decide(rest);
  return { ...(refused && { refused }), ...(others.length > 0 && { afterFirst }) };
}

async function refusalOf(run: WaitingRun, decisions: Readonly<Record<string, Decision>>) {
  const code = await run.decide(decisions).then(
    () => 'none',
    (thrown: unknown) => String(Reflect.get(Object(thrown), 'code')),
  );
  return { code, waiting: await idsOf(run) };
}

async function idsOf(run: WaitingRun): Promise<readonly string[]> {
  return (await run.waiting()).map(({ callId }) => callId);
}

function resultsIn({ turns }: Transcript): readonly string[] {
  return turns.flatMap((turn) =>
    turn.role === 'tool'
      ? turn.results.map(({ parts }) =>
          parts.map((part) => (part.type === 'text' ? part.text : part.type)).join(' '),
        )
      : [],
  );
}
