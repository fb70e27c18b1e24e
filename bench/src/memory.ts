import type { Candidate } from './candidates.ts';
import { printTable } from './print-table.ts';
import { measure, type NodeBinary, startServer } from './start-process.ts';

/** Bytes of heap in use after 1,000 sequential runs, and after 10,000. */
export interface Memory {
  readonly node: string;
  readonly rows: readonly {
    readonly name: string;
    readonly early: number;
    readonly late: number;
  }[];
}

interface MemoryOptions {
  readonly node: NodeBinary;
  readonly candidates: readonly Candidate[];
  readonly onProgress: (next: string) => void;
}

/**
 * V8 discards the bytecode of functions that ran only at the start. That is more than a megabyte and would hide memory that
 * runs do not release.
 */
const flags = ['--expose-gc', '--no-flush-bytecode'];

/** Measures whether runs release their memory. */
export async function measureMemory(options: MemoryOptions): Promise<Memory> {
  const { node, candidates, onProgress } = options;
  const rows: Memory['rows'][number][] = [];
  const server = await startServer(node);
  try {
    for (const { name, module, form } of candidates) {
      onProgress(`memory: ${name}`);
      const baseURL = `${server.origin}/${form}/v1`;
      const task = { workload: 'memory', module, baseURL, toolCount: 1, size: 10_000 } as const;
      const { early = 0, late = 0 } = await measure(node, task, flags);
      rows.push({ name, early, late });
    }
  } finally {
    server.stop();
  }
  return { node: node.version, rows };
}

/** Formats the heap sizes as text. */
export function printMemory({ node, rows }: Memory): string {
  const lines = [
    [`heap in use, Node ${node}`, 'after 1,000 runs', 'after 10,000 runs', 'change'],
    ...rows.map(({ name, early, late }) => [
      name,
      `${(early / 1e6).toFixed(2)} MB`,
      `${(late / 1e6).toFixed(2)} MB`,
      `${((late / early - 1) * 100).toFixed(1)} %`,
    ]),
  ];
  return printTable(lines).join('\n');
}
