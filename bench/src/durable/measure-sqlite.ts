import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { NodeBinary } from '../start-process.ts';
import { spreadOf } from '../statistics.ts';
import { load, type Pair, type Round } from './sqlite-round.ts';

/** CPU time in microseconds. */
export interface SqliteReport {
  /** The version of Node. */
  readonly node: string;
  /** The entries between the two lengths, in one round. */
  readonly entries: number;
  /** What a journal entry adds to a run whose events are read. */
  readonly entryUs: number;
  /** The insert of the same row in a commit of the same size. */
  readonly bareUs: number;
  readonly ratio: number;
  /** The ratios of the single pairs of rounds: the quarter and the three quarters. */
  readonly ratios: { readonly low: number; readonly high: number };
  /** What the start and the end of a run add, with its state, its result and its place in the store. */
  readonly runUs: number;
  /** The steps of the longer runs. */
  readonly steps: number;
  /** Reading the result of a run with so many steps, with its state and its conversation. */
  readonly readUs: number;
}

/**
 * Measures the CPU time that the journal in SQLite adds to runs, against inserts of the same rows in commits of the same size. A longer run
 * also has a longer result: reading it again is measured, too, and is not part of an entry. An entry is the difference of two lengths
 * of runs, so each pair of lengths is measured in a row, in several processes, and the result is the median of the pairs.
 */
export async function measureSqlite(node: NodeBinary, processes: number): Promise<SqliteReport> {
  const pairs: Pair[] = [];
  for (let round = 0; round < processes; round += 1) pairs.push(...(await measureInProcess(node)));
  const figures = pairs.map(toFigures);
  const median = (name: keyof Figures) => spreadOf(figures.map((each) => each[name])).median;
  const sorted = figures.map(({ ratio }) => ratio).sort((one, other) => one - other);
  const at = (share: number) => sorted[Math.round(share * (sorted.length - 1))] ?? 0;
  return {
    node: node.version,
    entries: median('entries'),
    entryUs: median('entryUs'),
    bareUs: median('bareUs'),
    ratio: median('ratio'),
    ratios: { low: at(1 / 4), high: at(3 / 4) },
    runUs: median('runUs'),
    steps: load.steps[1],
    readUs: median('readUs'),
  };
}

interface Figures {
  readonly entries: number;
  readonly entryUs: number;
  readonly bareUs: number;
  readonly ratio: number;
  readonly runUs: number;
  readonly readUs: number;
}

function toFigures([few, many]: Pair): Figures {
  const entries = many.entries - few.entries;
  const added = (each: Round) => each.withUs - each.withoutUs - each.readUs;
  const entryUs = (added(many) - added(few)) / entries;
  const bareUs = many.bareUs / many.entries;
  const runUs = (added(few) - entryUs * few.entries) / load.runs;
  return {
    entries,
    entryUs,
    bareUs,
    ratio: entryUs / bareUs,
    runUs,
    readUs: many.readUs / load.runs,
  };
}

async function measureInProcess({ path }: NodeBinary): Promise<readonly Pair[]> {
  const file = new URL('./sqlite-process.js', import.meta.url).pathname;
  const { stdout } = await promisify(execFile)(path, ['--expose-gc', '--no-warnings', file]);
  return JSON.parse(stdout);
}
