/** What a measured process does, and by what its CPU time is divided. */
export const workloads = {
  request: 'a run with one tool call: CPU ms per model request',
  run: 'a run of 200 tool steps: CPU ms per step',
  delta:
    'a streamed answer of 2,000 pieces that the server writes without a pause: CPU ms per piece',
  paced: '20 streamed answers at once, every piece a packet of its own: CPU ms per piece',
  parallel: '300 runs of two requests at once: CPU ms per run, and peak memory',
  import: 'a fresh process that imports the library: CPU ms',
  start: 'a fresh process from before the import to its first answer: CPU ms',
  growth: 'one long run: CPU ms per step at three places of it',
  memory: 'runs one after the other: bytes of heap after 1,000 and after 10,000',
} as const;

export type Workload = keyof typeof workloads;

/** What the process is told, as JSON. */
export interface MeasuredTask {
  readonly workload: Workload;
  /** File of the program's module. */
  readonly module: string;
  readonly baseURL: string;
  readonly toolCount: number;
  /** For `growth`: the last step of the run. For `memory`: how many runs. */
  readonly size: number;
}

/** What it reports, as JSON: figures by name. */
export type Figures = Readonly<Record<string, number>>;
