import { pathToFileURL } from 'node:url';
import { Asker } from './asker.ts';
import type { Program, ProgramModule } from './programs/program.ts';
import type { Figures, MeasuredTask, Workload } from './workload.ts';

/**
 * A process that lets one program do one workload and prints what it took. It imports nothing but the program before it
 * measures. CPU time is that of the whole process, garbage collection and compilation included.
 */
const task: MeasuredTask = JSON.parse(process.argv[2] ?? '{}');
const module: ProgramModule = await import(pathToFileURL(task.module).href);

let program: Program | undefined;
const asker = new Asker(() => {
  if (program === undefined) throw new Error('The program is not connected.');
  return program;
});

async function connect(): Promise<void> {
  program = await module.connect({
    baseURL: task.baseURL,
    model: 'gemma-3-27b',
    instructions: 'You look things up and answer from what you found.',
    tool: {
      name: 'search_pages',
      description: 'Searches the pages for words and gives one page of results.',
      execute: asker.search,
    },
    toolCount: task.toolCount,
    maxSteps: 20_000,
  });
}

/** CPU milliseconds of this process so far. */
function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

async function cpuOf(work: () => Promise<unknown>): Promise<number> {
  const before = cpuMs();
  await work();
  return cpuMs() - before;
}

async function repeat(times: number, work: () => Promise<unknown>): Promise<void> {
  for (let done = 0; done < times; done += 1) await work();
}

function expectCalls(expected: number): void {
  const calls = asker.takeCalls();
  if (calls !== expected) throw new Error(`The tool ran ${calls} times, not ${expected}.`);
}

async function measureRequests(): Promise<Figures> {
  await connect();
  await repeat(1000, () => asker.run(1));
  const cpu = await cpuOf(() => repeat(1500, () => asker.run(1)));
  expectCalls(2500);
  return { cpu: cpu / 3000 };
}

async function measureLongRuns(): Promise<Figures> {
  await connect();
  await repeat(2, () => asker.run(200));
  const cpu = await cpuOf(() => repeat(4, () => asker.run(200)));
  expectCalls(1200);
  return { cpu: cpu / 800 };
}

async function measureDeltas(): Promise<Figures> {
  await connect();
  await repeat(10, () => asker.stream(2000, { isPaced: false }));
  asker.pieces = 0;
  const cpu = await cpuOf(() => repeat(40, () => asker.stream(2000, { isPaced: false })));
  return { cpu: cpu / 80_000, piecesSeen: asker.pieces / 80_000 };
}

async function measurePacedDeltas(): Promise<Figures> {
  await connect();
  const streamAll = (deltas: number) =>
    Promise.all(Array.from({ length: 20 }, () => asker.stream(deltas, { isPaced: true })));
  await streamAll(200);
  asker.pieces = 0;
  const cpu = await cpuOf(() => streamAll(500));
  return { cpu: cpu / 10_000, piecesSeen: asker.pieces / 10_000 };
}

async function measureParallelRuns(): Promise<Figures> {
  await connect();
  await repeat(3, () => asker.runAll(300, 1));
  const cpu = await cpuOf(() => repeat(5, () => asker.runAll(300, 1)));
  expectCalls(2400);
  // Kilobytes (Node, process.resourceUsage).
  return { cpu: cpu / 1500, rss: process.resourceUsage().maxRSS * 1024 };
}

async function measureImport(): Promise<Figures> {
  return { cpu: await cpuOf(() => module.load()) };
}

async function measureStart(): Promise<Figures> {
  const cpu = await cpuOf(async () => {
    await module.load();
    await connect();
    await asker.run(1);
  });
  expectCalls(1);
  return { cpu };
}

/** CPU per step over a tenth of the run's length around steps 10, 100, 1,000 …, as far as the run goes. */
async function measureGrowth(): Promise<Figures> {
  await connect();
  await repeat(3, () => asker.run(Math.min(200, task.size)));
  asker.takeCalls();
  const figures: Record<string, number[]> = {};
  for (let round = 0; round < Math.max(3, Math.ceil(300 / task.size)); round += 1) {
    const marks: number[] = [];
    asker.onCall = () => marks.push(cpuMs());
    await asker.run(task.size);
    expectCalls(task.size);
    for (let step = 10; step <= task.size; step *= 10) {
      const first = marks[Math.floor(step * 0.8) - 1];
      const last = marks[step - 1];
      if (first === undefined || last === undefined) throw new Error('A step was not seen.');
      figures[`step${step}`] ??= [];
      figures[`step${step}`]?.push((last - first) / (step - Math.floor(step * 0.8)));
    }
  }
  return Object.fromEntries(
    Object.entries(figures).map(([name, values]) => [name, middleOf(values)]),
  );
}

function middleOf(values: readonly number[]): number {
  return values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)] ?? 0;
}

async function measureMemory(): Promise<Figures> {
  await connect();
  await repeat(task.size / 10, () => asker.run(1));
  const early = await heapInUse();
  await repeat((task.size * 9) / 10, () => asker.run(1));
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

const measures: Readonly<Record<Workload, () => Promise<Figures>>> = {
  request: measureRequests,
  run: measureLongRuns,
  delta: measureDeltas,
  paced: measurePacedDeltas,
  parallel: measureParallelRuns,
  import: measureImport,
  start: measureStart,
  growth: measureGrowth,
  memory: measureMemory,
};

const figures = await measures[task.workload]();
process.stdout.write(`${JSON.stringify(figures)}\n`);
process.exit();
