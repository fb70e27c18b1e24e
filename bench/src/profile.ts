import { mkdtemp, readdir, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Candidate } from './candidates.ts';
import { printTable } from './print-table.ts';
import { measure, type NodeBinary, startServer } from './start-process.ts';
import type { Workload } from './workload.ts';

interface ProfileOptions {
  readonly node: NodeBinary;
  readonly candidates: readonly Candidate[];
  readonly workload: Workload;
}

/** Prints the functions of each program that use the most CPU time and memory in a workload. */
export async function profile({ node, candidates, workload }: ProfileOptions): Promise<void> {
  const server = await startServer(node);
  try {
    for (const { name, module, form } of candidates) {
      const folder = await mkdtemp(join(tmpdir(), 'bench-profile-'));
      const baseURL = `${server.origin}/${form}/v1`;
      const task = { workload, module, baseURL, toolCount: 1, size: 1000 };
      for (const kind of ['cpu', 'heap'] as const) {
        await measure(node, task, [`--${kind}-prof`, `--${kind}-prof-dir=${folder}`]);
      }
      const files = await readdir(folder);
      const read = async (ending: string) =>
        JSON.parse(
          await readFile(join(folder, files.find((file) => file.endsWith(ending)) ?? ''), 'utf8'),
        );
      process.stdout.write(`${name}, ${workload} (profiles in ${folder})\n\n`);
      const cpu: CpuProfile = await read('.cpuprofile');
      printShares('time by part, %', cpuShares(cpu, partOf));
      printShares('self time, %', cpuShares(cpu, nameOf));
      printShares('allocated, %', heapShares((await read('.heapprofile')).head));
    }
  } finally {
    server.stop();
  }
}

interface CallFrame {
  readonly functionName: string;
  readonly url: string;
  readonly lineNumber: number;
}

interface CpuProfile {
  readonly nodes: readonly { readonly id: number; readonly callFrame: CallFrame }[];
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
}

interface HeapNode {
  readonly callFrame: CallFrame;
  readonly selfSize: number;
  readonly children: readonly HeapNode[];
}

function cpuShares(
  { nodes, samples, timeDeltas }: CpuProfile,
  labelOf: (frame: CallFrame) => string,
): Map<string, number> {
  const frames = new Map(nodes.map(({ id, callFrame }) => [id, labelOf(callFrame)]));
  const shares = new Map<string, number>();
  for (const [place, id] of samples.entries()) {
    const name = frames.get(id) ?? '';
    if (name !== '(idle)') add(shares, name, timeDeltas[place] ?? 0);
  }
  return shares;
}

function heapShares(root: HeapNode): Map<string, number> {
  const shares = new Map<string, number>();
  const visit = ({ callFrame, selfSize, children }: HeapNode): void => {
    add(shares, nameOf(callFrame), selfSize);
    for (const child of children) visit(child);
  };
  visit(root);
  return shares;
}

function add(shares: Map<string, number>, name: string, amount: number): void {
  shares.set(name, (shares.get(name) ?? 0) + amount);
}

/** The library of a function. Functions without a file are native code of V8 and Node; they include the time of the kernel. */
function partOf({ functionName, url }: CallFrame): string {
  if (url === '') return functionName;
  const library = /.*\/(?:node_modules|packages)\/((?:@[^/]+\/)?[^/]+)\//.exec(url)?.[1];
  return library ?? (url.startsWith('node:') ? 'Node' : 'the benchmark');
}

function nameOf({ functionName, url, lineNumber }: CallFrame): string {
  const place = url.replace(/^.*\/(?:node_modules|packages|bench)\//, '');
  return `${functionName || '(anonymous)'} ${place === '' ? '' : `${place}:${lineNumber + 1}`}`.trim();
}

/** The number of lines of a table of shares. */
const shownLines = 45;

function printShares(title: string, shares: ReadonlyMap<string, number>): void {
  const total = [...shares.values()].reduce((sum, each) => sum + each, 0);
  const top = [...shares].sort(([, one], [, other]) => other - one).slice(0, shownLines);
  const rows = top.map(([name, amount]) => [name, ((amount / total) * 100).toFixed(1)]);
  process.stdout.write(`${printTable([['', title], ...rows]).join('\n')}\n\n`);
}
