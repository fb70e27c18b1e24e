import type { Candidate } from './candidates.ts';
import { printTable, toText } from './print-table.ts';
import { measure, type NodeBinary, startServer } from './start-process.ts';
import { type Spread, spreadOf } from './statistics.ts';

/** CPU ms per step in each case: `step 10`, `step 100`, `step 1000`, `1 tools`, `30 tools`, `300 tools`. */
export interface Growth {
  readonly date: string;
  readonly node: string;
  readonly rows: readonly {
    readonly name: string;
    readonly cells: Readonly<Record<string, Spread>>;
  }[];
}

interface GrowthOptions {
  readonly node: NodeBinary;
  readonly candidates: readonly Candidate[];
  readonly rounds: number;
  readonly onProgress: (next: string) => void;
}

interface Case {
  readonly title: string;
  /** The measured step. */
  readonly step: number;
  readonly toolCount: number;
  readonly size: number;
}

const cases: readonly Case[] = [
  ...[10, 100, 1000].map((step) => ({ title: `step ${step}`, step, toolCount: 1, size: 1000 })),
  ...[1, 30, 300].map((toolCount) => ({
    title: `${toolCount} tools`,
    step: 10,
    toolCount,
    size: 10,
  })),
];

/** Measures the CPU time of a step late in a run, and with many tools. */
export async function measureGrowth(options: GrowthOptions): Promise<Growth> {
  const { node, candidates, rounds, onProgress } = options;
  const values = new Map<string, number[]>();
  const server = await startServer(node);
  const take = async (candidate: Candidate, toolCount: number, size: number): Promise<void> => {
    onProgress(`growth: ${candidate.name}, ${toolCount} tools, ${size} steps`);
    const { name, module, form } = candidate;
    const baseURL = `${server.origin}/${form}/v1`;
    const figures = await measure(node, { workload: 'growth', module, baseURL, toolCount, size });
    for (const each of cases) {
      if (each.toolCount !== toolCount || each.size !== size) continue;
      const key = `${name}/${each.title}`;
      values.set(key, [...(values.get(key) ?? []), figures[`step${each.step}`] ?? Number.NaN]);
    }
  };
  try {
    for (let round = 0; round < rounds; round += 1) {
      for (const candidate of candidates) await take(candidate, 1, 1000);
      for (const toolCount of [1, 30, 300]) {
        for (const candidate of candidates) await take(candidate, toolCount, 10);
      }
    }
  } finally {
    server.stop();
  }
  return {
    date: new Date().toISOString().slice(0, 10),
    node: node.version,
    rows: candidates.map(({ name }) => ({
      name,
      cells: Object.fromEntries(
        cases.map(({ title }) => [title, spreadOf(values.get(`${name}/${title}`) ?? [])]),
      ),
    })),
  };
}

/** Formats the growth as text, with ratios to the first row. */
export function printGrowth({ date, node, rows }: Growth): string {
  const [base] = rows;
  const lines = [
    ['CPU ms per step', ...cases.map(({ title }) => title)],
    ...rows.map(({ name, cells }) => [
      name,
      ...cases.map(({ title }) => {
        const cell = cells[title];
        const baseMedian = base?.cells[title]?.median ?? Number.NaN;
        if (cell === undefined) return '–';
        return `${toText(cell.median)} ×${(cell.median / baseMedian).toFixed(2)}`;
      }),
    ]),
  ];
  return [`Ratios to ${base?.name}; Node ${node}, ${date}`, '', ...printTable(lines)].join('\n');
}
