import { cpus } from 'node:os';
import type { Candidate } from './candidates.ts';
import { measure, type NodeBinary, startServer } from './start-process.ts';
import { type Spread, spreadOf } from './statistics.ts';
import type { Workload } from './workload.ts';

/** The columns of the comparison and their units. */
export const columns = {
  request: 'ms',
  run: 'ms',
  delta: 'ms',
  parallel: 'ms',
  rss: 'MB',
  import: 'ms',
  packets: 'ms',
  start: 'ms',
} as const;

export type Column = keyof typeof columns;

/** The figures of a program in one column. */
interface Cell extends Spread {
  /** The median of the ratios to the baseline in the same round. */
  readonly ratio: number;
}

/** A comparison, as stored in bench/results. */
export interface Comparison {
  readonly date: string;
  readonly node: string;
  readonly machine: string;
  readonly rounds: number;
  readonly rows: readonly {
    readonly name: string;
    readonly cells: Readonly<Partial<Record<Column, Cell>>>;
    /** The number of deltas that it reports for each delta that the server sends: less than 1 if it joins deltas. */
    readonly piecesSeen?: Readonly<Partial<Record<Column, number>>>;
  }[];
}

export interface CompareOptions {
  readonly node: NodeBinary;
  readonly candidates: readonly Candidate[];
  /** The ratios refer to the first one. */
  readonly workloads: readonly Workload[];
  readonly rounds: number;
  /** Called with a description of the next measurement. */
  readonly onProgress: (next: string) => void;
}

/** Measures programs in turns (A B C, A B C, …), so that changes on the machine affect all of them. */
export async function compare(options: CompareOptions): Promise<Comparison> {
  const { node, candidates, workloads, rounds } = options;
  const samples = new Samples();
  const server = await startServer(node);
  try {
    for (let round = 1; round <= rounds; round += 1) {
      for (const workload of workloads) {
        for (const candidate of candidates) {
          options.onProgress(`round ${round} of ${rounds}: ${workload}, ${candidate.name}`);
          const { name, module, form } = candidate;
          const baseURL = `${server.origin}/${form}/v1`;
          const task = { workload, module, baseURL, toolCount: 1, size: 0 };
          samples.add(name, workload, await measure(node, task));
        }
      }
    }
  } finally {
    server.stop();
  }
  const [first] = candidates;
  return {
    date: new Date().toISOString().slice(0, 10),
    node: node.version,
    machine: `${cpus().length} × ${cpus()[0]?.model ?? 'unknown'}, ${process.platform}`,
    rounds,
    rows: candidates.map(({ name }) => samples.toRow(name, first?.name ?? name)),
  };
}

/** The figures of all rounds, by program and column. */
class Samples {
  readonly #values = new Map<string, number[]>();

  add(name: string, workload: Workload, figures: Readonly<Record<string, number>>): void {
    for (const [figure, value] of Object.entries(figures)) {
      const column = figure === 'cpu' ? workload : figure === 'rss' ? 'rss' : `${workload} seen`;
      this.#of(name, column).push(figure === 'rss' ? value / 1e6 : value);
    }
  }

  toRow(name: string, baseline: string): Comparison['rows'][number] {
    const cells: Partial<Record<Column, Cell>> = {};
    const piecesSeen: Partial<Record<Column, number>> = {};
    for (const column of Object.keys(columns) as Column[]) {
      const values = this.#of(name, column);
      if (values.length === 0) continue;
      const base = this.#of(baseline, column);
      const ratios = values.map((value, round) => value / (base[round] ?? Number.NaN));
      cells[column] = { ...spreadOf(values), ratio: spreadOf(ratios).median };
      const seen = this.#of(name, `${column} seen`);
      if (seen.length > 0) piecesSeen[column] = spreadOf(seen).median;
    }
    return { name, cells, ...(Object.keys(piecesSeen).length === 0 ? {} : { piecesSeen }) };
  }

  #of(name: string, column: string): number[] {
    const key = `${name}/${column}`;
    const values = this.#values.get(key) ?? [];
    this.#values.set(key, values);
    return values;
  }
}
