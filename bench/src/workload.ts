/** The workloads, and the unit of each. */
export const workloads = {
  request: 'a run with one tool call: CPU ms per model request',
  run: 'a run of 200 tool steps: CPU ms per step',
  delta:
    'a streamed answer of 2,000 deltas that the server writes without a pause: CPU ms per delta',
  packets: '20 streamed answers in parallel, each delta in a separate packet: CPU ms per delta',
  parallel: '300 parallel runs of two requests: CPU ms per run, and peak memory',
  import: 'a new process that imports the library: CPU ms',
  start: 'a new process that imports the library and gets its first answer: CPU ms',
  growth: 'one long run: CPU ms per step at three positions',
  memory: 'sequential runs: bytes of heap after 1,000 and after 10,000',
} as const;

export type Workload = keyof typeof workloads;

/** The argument of the measured process, as JSON. */
export interface MeasuredTask {
  readonly workload: Workload;
  /** The file of the program's module. */
  readonly module: string;
  readonly baseURL: string;
  readonly toolCount: number;
  /** For `growth`: the number of steps. For `memory`: the number of runs. */
  readonly size: number;
}

/** The output of the measured process, as JSON: figures by name. */
export type Figures = Readonly<Record<string, number>>;
