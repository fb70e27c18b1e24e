import type { Task, World } from '../task-set.ts';

/** A task to solve. The world is fresh, and its tools record the calls. */
export interface GivenTask {
  readonly instructions: string;
  readonly world: World;
  readonly task: Pick<Task, 'turns' | 'output'>;
  /** Aborts when the time of the task is up. */
  readonly signal: AbortSignal;
}

/** How an attempt ended: with an answer, or with an error that the program that uses the solver can see. */
export type Ending =
  | { readonly isAnswer: true; readonly text: string; readonly output?: unknown }
  /** A stable name or code, and its message. */
  | { readonly isAnswer: false; readonly error: string; readonly message: string };

/** A framework that solves tasks. */
export interface Solver {
  /** Never rejects for a reason that the framework reports; such an ending is an error. */
  solve(solve: GivenTask): Promise<Ending>;
  close(): Promise<void>;
}

/** The same for every solver. */
export interface SolverOptions {
  /** The address of the counting proxy. */
  readonly baseURL: string;
  readonly model: string;
  readonly apiKey: string;
  /** Tokens of one reply. */
  readonly maxTokens: number;
  /** Requests that lead to calls or an answer, for each input of the user. */
  readonly maxSteps: number;
}
