import { checkOptions } from './check-options.ts';
import { isObject, type Json, parseJson } from './json.ts';
import { LocalEndpointError } from './local-endpoint-error.ts';

/** A failure on demand. `times` applies it to that many requests (default 1). A chunk is one `data:` event. */
export type Fault = (
  | { kind: 'rate-limit' /** Seconds, or an HTTP date. */; retryAfter?: number | string }
  | { kind: 'server-error'; status?: number; message?: string }
  | { kind: 'drop-stream'; afterChunks?: number }
  | { kind: 'stall-stream'; afterChunks?: number }
  | { kind: 'stream-error'; afterChunks?: number; message?: string }
  | { kind: 'slow-tokens' /** Milliseconds before each chunk. */; delayMs: number }
  | { kind: 'broken-arguments' }
  | { kind: 'text-with-calls'; text?: string }
  | { kind: 'empty-choices' }
  | { kind: 'empty-content' }
  | { kind: 'no-done' }
  | { kind: 'crlf' }
) & { times?: number };

/** The name of a fault. */
export type FaultKind = Fault['kind'];

/**
 * A queue of faults: each chat request takes the oldest one. Faults given to `always` apply to every request.
 * A request can also name its own faults in the header `x-turnwise-fault` or the body field
 * `turnwise_fault`: a kind, a fault, or a list of either.
 */
export class FaultQueue {
  readonly #queue: Fault[] = [];
  #constant: Fault[] = [];
  #stalled: (() => void)[] = [];
  #stallWaiters: (() => void)[] = [];

  constructor(faults: readonly Fault[] = []) {
    this.push(...faults);
  }

  /** Adds faults to the queue, one for each of the next requests. */
  push(...faults: Fault[]): void {
    faults.forEach(checkFault);
    for (const { times = 1, ...fault } of faults) {
      for (let count = 0; count < times; count += 1) this.#queue.push(fault);
    }
  }

  /** Applies these faults to every request until `clear`. */
  always(...faults: Fault[]): void {
    faults.forEach(checkFault);
    this.#constant = faults;
  }

  /** Removes all queued and constant faults. */
  clear(): void {
    this.#queue.length = 0;
    this.#constant = [];
  }

  /** The number of faults in the queue. */
  get pending(): number {
    return this.#queue.length;
  }

  /** Continues every stalled stream. */
  release(): void {
    const stalled = this.#stalled;
    this.#stalled = [];
    for (const resume of stalled) resume();
  }

  /** Resolves once a stream is stalled; immediately if one is stalled already. */
  whenStalled(): Promise<void> {
    if (this.#stalled.length > 0) return Promise.resolve();
    return new Promise((resolve) => this.#stallWaiters.push(resolve));
  }

  /** Returns the faults of one request, and removes the queued one. */
  take(own: readonly Fault[] = []): Fault[] {
    const next = this.#queue.shift();
    return [...own, ...this.#constant, ...(next === undefined ? [] : [next])];
  }

  /** Resolves at the next `release`, or when `signal` aborts. A stream calls it to stall. */
  stall(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      this.#stalled.push(resolve);
      signal.addEventListener('abort', () => resolve(), { once: true });
      for (const notify of this.#stallWaiters.splice(0)) notify();
    });
  }
}

/** Returns the first fault of a kind, if any. */
export function findFault<Kind extends FaultKind>(
  faults: readonly Fault[],
  kind: Kind,
): Extract<Fault, { kind: Kind }> | undefined {
  return faults.find((fault): fault is Extract<Fault, { kind: Kind }> => fault.kind === kind);
}

/** Reads the faults that a request names itself. Throws if a kind does not exist. */
export function readFaults(
  header: string | string[] | undefined,
  field: Json | undefined,
): Fault[] {
  const given = header === undefined ? [] : [String(header)].map((text) => parseJson(text) ?? text);
  return [...given, ...(field === undefined ? [] : [field])].flat().map((fault) => {
    const found = (isObject(fault) ? fault : { kind: fault }) as unknown as Fault;
    checkFault(found);
    return found;
  });
}

/** Throws `invalid_options` for a kind that does not exist, and for a field that this kind does not have. */
function checkFault(fault: Fault): void {
  if (!Object.hasOwn(faultFields, fault.kind)) {
    const known = Object.keys(faultFields).join(', ');
    const message = `Unknown fault "${String(fault.kind)}". Known: ${known}.`;
    throw new LocalEndpointError('invalid_options', message);
  }
  const known = ['kind', 'times', ...faultFields[fault.kind]];
  checkOptions(fault, { name: `the fault "${fault.kind}"`, known });
}

/** The fields of each kind, without `kind` and `times`. */
const faultFields: Readonly<Record<FaultKind, readonly string[]>> = {
  'rate-limit': ['retryAfter'],
  'server-error': ['status', 'message'],
  'drop-stream': ['afterChunks'],
  'stall-stream': ['afterChunks'],
  'stream-error': ['afterChunks', 'message'],
  'slow-tokens': ['delayMs'],
  'broken-arguments': [],
  'text-with-calls': ['text'],
  'empty-choices': [],
  'empty-content': [],
  'no-done': [],
  crlf: [],
};
