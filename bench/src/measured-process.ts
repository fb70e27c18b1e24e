import { pathToFileURL } from 'node:url';
import type { Program, ProgramModule } from './programs/program.ts';
import { TaskRunner } from './task-runner.ts';
import type { Figures, MeasuredTask, Workload } from './workload.ts';

/**
 * A process that runs one workload with one program and prints the measurements. It imports only the program before it
 * measures. The CPU time is that of the whole process, including garbage collection and compilation. Each workload first runs
 * without measurement until V8 compiles little more: it compiles for some seconds, and for longer if a library has more code.
 * `import` and `start` measure what a new process costs.
 */
const task: MeasuredTask = JSON.parse(process.argv[2] ?? '{}');
const module: ProgramModule = await import(pathToFileURL(task.module).href);

let program: Program | undefined;
const runner = new TaskRunner(() => {
  if (program === undefined) throw new Error('The program is not connected.');
  return program;
});

async function connect(): Promise<void> {
  program = await module.connect({
    baseURL: task.baseURL,
    model: 'gemma-3-27b',
    instructions: 'Look things up, and answer from what you found.',
    tool: {
      name: 'search_pages',
      description: 'Searches the pages for a text and returns one page of results.',
      execute: runner.search,
    },
    toolCount: task.toolCount,
    maxSteps: 20_000,
  });
}

/** The CPU time of this process in milliseconds. */
function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

async function cpuOf(work: () => Promise<unknown>): Promise<number> {
  const before = cpuMs();
  await work();
  return cpuMs() - before;
}

/**
 * The median of the CPU time of several pieces of equal work, in milliseconds. A total would also contain the compilation that
 * V8 does now and then, long after the warm-up: one function can take the time of a hundred requests.
 */
async function medianCpuOf(pieces: number, work: () => Promise<unknown>): Promise<number> {
  const values: number[] = [];
  for (let piece = 0; piece < pieces; piece += 1) values.push(await cpuOf(work));
  return medianOf(values);
}

async function repeat(times: number, work: () => Promise<unknown>): Promise<void> {
  for (let done = 0; done < times; done += 1) await work();
}

function expectCalls(expected: number): void {
  const calls = runner.takeCalls();
  if (calls !== expected) throw new Error(`The tool ran ${calls} times, not ${expected}.`);
}

async function measureRequests(): Promise<Figures> {
  await connect();
  await repeat(5000, () => runner.run(1));
  const cpu = await medianCpuOf(30, () => repeat(50, () => runner.run(1)));
  expectCalls(6500);
  return { cpu: cpu / 100 };
}

async function measureLongRuns(): Promise<Figures> {
  await connect();
  await repeat(20, () => runner.run(200));
  const cpu = await medianCpuOf(7, () => runner.run(200));
  expectCalls(5400);
  return { cpu: cpu / 200 };
}

async function measureDeltas(): Promise<Figures> {
  await connect();
  await repeat(60, () => runner.stream(2000, { inPackets: false }));
  runner.pieces = 0;
  const cpu = await medianCpuOf(40, () => runner.stream(2000, { inPackets: false }));
  return { cpu: cpu / 2000, piecesSeen: runner.pieces / 80_000 };
}

async function measurePacketDeltas(): Promise<Figures> {
  await connect();
  const streamAll = (deltas: number) =>
    Promise.all(Array.from({ length: 20 }, () => runner.stream(deltas, { inPackets: true })));
  await streamAll(1500);
  runner.pieces = 0;
  const cpu = await medianCpuOf(5, () => streamAll(500));
  return { cpu: cpu / 10_000, piecesSeen: runner.pieces / 50_000 };
}

async function measureParallelRuns(): Promise<Figures> {
  await connect();
  await repeat(15, () => runner.runAll(300, 1));
  const cpu = await medianCpuOf(5, () => runner.runAll(300, 1));
  expectCalls(6000);
  // Node reports maxRSS in kilobytes.
  return { cpu: cpu / 300, rss: process.resourceUsage().maxRSS * 1024 };
}

async function measureImport(): Promise<Figures> {
  return { cpu: await cpuOf(() => module.load()) };
}

async function measureStart(): Promise<Figures> {
  const cpu = await cpuOf(async () => {
    await module.load();
    await connect();
    await runner.run(1);
  });
  expectCalls(1);
  return { cpu };
}

/** The CPU time per step over the last fifth of the steps before step 10, 100, 1,000 …, up to the length of the run. */
async function measureGrowth(): Promise<Figures> {
  await connect();
  await repeat(3, () => runner.run(Math.min(200, task.size)));
  runner.takeCalls();
  const figures: Record<string, number[]> = {};
  for (let round = 0; round < Math.max(3, Math.ceil(300 / task.size)); round += 1) {
    const marks: number[] = [];
    runner.onCall = () => marks.push(cpuMs());
    await runner.run(task.size);
    expectCalls(task.size);
    for (let step = 10; step <= task.size; step *= 10) {
      const first = marks[Math.floor(step * 0.8) - 1];
      const last = marks[step - 1];
      if (first === undefined || last === undefined) throw new Error('A step is missing.');
      figures[`step${step}`] ??= [];
      figures[`step${step}`]?.push((last - first) / (step - Math.floor(step * 0.8)));
    }
  }
  return Object.fromEntries(
    Object.entries(figures).map(([name, values]) => [name, medianOf(values)]),
  );
}

function medianOf(values: readonly number[]): number {
  return values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)] ?? 0;
}

async function measureMemory(): Promise<Figures> {
  await connect();
  await repeat(task.size / 10, () => runner.run(1));
  const early = await heapInUse();
  await repeat((task.size * 9) / 10, () => runner.run(1));
  const late = await heapInUse();
  expectCalls(task.size);
  return { early, late };
}

async function heapInUse(): Promise<number> {
  if (global.gc === undefined) throw new Error('Start the process with --expose-gc.');
  for (let round = 0; round < 5; round += 1) {
    await new Promise((resolve) => setImmediate(resolve));
    global.gc();
  }
  return process.memoryUsage().heapUsed;
}

const measurements: Readonly<Record<Workload, () => Promise<Figures>>> = {
  request: measureRequests,
  run: measureLongRuns,
  delta: measureDeltas,
  packets: measurePacketDeltas,
  parallel: measureParallelRuns,
  import: measureImport,
  start: measureStart,
  growth: measureGrowth,
  memory: measureMemory,
};

const figures = await measurements[task.workload]();
process.stdout.write(`${JSON.stringify(figures)}\n`);
process.exit();
