import { isObject, type Json, parseJson, toObject } from './json.ts';

/** A failure on demand. `times` repeats it for that many requests (default 1). Chunks count `data:` events. */
export type Fault = (
  | { kind: 'rate-limit' /** Seconds, or an HTTP date. */; retryAfter?: number | string }
  | { kind: 'server-error'; status?: number; message?: string }
  | { kind: 'drop-stream'; afterChunks?: number }
  | { kind: 'stall-stream'; afterChunks?: number }
  | { kind: 'stream-error'; afterChunks?: number; message?: string }
  | { kind: 'slow-tokens' /** Milliseconds before each chunk. */; delayMs: number }
  | { kind: 'broken-arguments' }
  | { kind: 'text-beside-calls'; text?: string }
  | { kind: 'empty-choices' }
  | { kind: 'empty-content' }
  | { kind: 'no-done' }
  | { kind: 'crlf' }
) & { times?: number };

/** The name of a fault. */
export type FaultKind = Fault['kind'];

/**
 * The faults that wait for requests: each chat request takes the oldest one. Faults given to `always`
 * strike every request. A request may bring its own in the header `x-turnwise-fault` or the body field
 * `turnwise_fault`: a kind by name, a fault, or a list of either; these come on top.
 */
export class FaultQueue {
  readonly #queue: Fault[] = [];
  #constant: Fault[] = [];
  #stalled: (() => void)[] = [];
  #stallWaiters: (() => void)[] = [];

  constructor(faults: readonly Fault[] = []) {
    this.push(...faults);
  }

  /** Adds faults, each for the next request that has none yet. */
  push(...faults: Fault[]): void {
    for (const { times = 1, ...fault } of faults) {
      for (let count = 0; count < times; count += 1) this.#queue.push(fault);
    }
  }

  /** Makes these faults strike every request until `clear`. */
  always(...faults: Fault[]): void {
    this.#constant = faults;
  }

  /** Forgets all waiting and constant faults. */
  clear(): void {
    this.#queue.length = 0;
    this.#constant = [];
  }

  /** How many queued faults have not struck yet. */
  get pending(): number {
    return this.#queue.length;
  }

  /** Lets every stalled stream go on. */
  release(): void {
    const stalled = this.#stalled;
    this.#stalled = [];
    for (const resume of stalled) resume();
  }

  /** Resolves as soon as a stream is stalled (at once, if one is). */
  whenStalled(): Promise<void> {
    if (this.#stalled.length > 0) return Promise.resolve();
    return new Promise((resolve) => this.#stallWaiters.push(resolve));
  }

  /** Takes the faults of one request. */
  take(own: readonly Fault[] = []): Fault[] {
    const next = this.#queue.shift();
    return [...own, ...this.#constant, ...(next === undefined ? [] : [next])];
  }

  /** Waits until `release`; called by a stream that stalls. Resolves early when `signal` aborts. */
  stall(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      this.#stalled.push(resolve);
      signal.addEventListener('abort', () => resolve(), { once: true });
      for (const notify of this.#stallWaiters.splice(0)) notify();
    });
  }
}

/** Finds a fault by kind. */
export function findFault<Kind extends FaultKind>(
  faults: readonly Fault[],
  kind: Kind,
): Extract<Fault, { kind: Kind }> | undefined {
  return faults.find((fault): fault is Extract<Fault, { kind: Kind }> => fault.kind === kind);
}

/** Reads the faults that a request brings itself. Throws for a kind that does not exist. */
export function readFaults(
  header: string | string[] | undefined,
  field: Json | undefined,
): Fault[] {
  const given = header === undefined ? [] : [String(header)].map((text) => parseJson(text) ?? text);
  return [...given, ...(field === undefined ? [] : [field])].flat().map((fault) => {
    const kind = isObject(fault) ? fault.kind : fault;
    if (!isFaultKind(kind)) {
      throw new Error(`Unknown fault "${String(kind)}". Known: ${faultKinds.join(', ')}.`);
    }
    return { ...toObject(fault), kind } as Fault;
  });
}

const faultKinds = [
  'rate-limit',
  'server-error',
  'drop-stream',
  'stall-stream',
  'stream-error',
  'slow-tokens',
  'broken-arguments',
  'text-beside-calls',
  'empty-choices',
  'empty-content',
  'no-done',
  'crlf',
] as const satisfies readonly FaultKind[];

function isFaultKind(kind: unknown): kind is FaultKind {
  return faultKinds.some((known) => known === kind);
}
