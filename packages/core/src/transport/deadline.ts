import { ModelError } from '../errors.ts';

/** Time limits of a request, in milliseconds. */
export interface Timeouts {
  /** From sending to the end of the reply, including retries and waits. @default 600000 */
  readonly totalMs?: number | undefined;
  /** From sending to the first piece of a streamed reply. @default 300000 */
  readonly firstTokenMs?: number | undefined;
  /** Between two pieces of a reply that has begun, streamed or not. @default 60000 */
  readonly betweenTokensMs?: number | undefined;
}

/** A wait with its own limit. */
export type TimeoutPhase = 'firstToken' | 'betweenTokens';

/**
 * The time limits of one request, with one timer. A new wait only stores its due time. If the timer fires too early, it
 * is set again.
 */
export class Deadline {
  /** Milliseconds. The keys are not option names: to make one of those for each piece of a reply takes time. */
  readonly #limits: Readonly<Record<TimeoutPhase | 'total', number>>;
  readonly #onTimeout: (error: ModelError) => void;
  readonly #endpoint: string;
  readonly #totalDueAt: number;
  #phase: TimeoutPhase | undefined;
  #phaseDueAt = Number.POSITIVE_INFINITY;
  #timer: NodeJS.Timeout | undefined;
  #timerDueAt = Number.POSITIVE_INFINITY;

  /** Calls `onTimeout` at most once, with an error that names the limit and the option to raise. */
  constructor(timeouts: Timeouts, endpoint: string, onTimeout: (error: ModelError) => void) {
    this.#limits = {
      total: timeouts.totalMs ?? 600_000,
      firstToken: timeouts.firstTokenMs ?? 300_000,
      betweenTokens: timeouts.betweenTokensMs ?? 60_000,
    };
    this.#endpoint = endpoint;
    this.#onTimeout = onTimeout;
    this.#totalDueAt = performance.now() + this.#limits.total;
    this.#setTimer();
  }

  /** Starts a wait, which replaces the previous one. `limitMs` can make it shorter. */
  expect(phase: TimeoutPhase, limitMs: number = Number.POSITIVE_INFINITY): void {
    this.#phase = phase;
    this.#phaseDueAt = performance.now() + Math.min(limitMs, this.#limits[phase]);
    if (this.#phaseDueAt < this.#timerDueAt) this.#setTimer();
  }

  /** Ends the current wait; the total limit continues. */
  rest(): void {
    this.#phaseDueAt = Number.POSITIVE_INFINITY;
  }

  /** Ends all limits and clears the timer. */
  stop(): void {
    clearTimeout(this.#timer);
  }

  #setTimer(): void {
    clearTimeout(this.#timer);
    this.#timerDueAt = Math.min(this.#phaseDueAt, this.#totalDueAt);
    const delayMs = Math.ceil(this.#timerDueAt - performance.now());
    this.#timer = setTimeout(this.#onTimer, Math.min(Math.max(1, delayMs), longestTimerMs));
    // A pending timeout must not keep the process alive after the connection is closed.
    this.#timer.unref();
  }

  readonly #onTimer = (): void => {
    const now = performance.now();
    if (now >= this.#totalDueAt) this.#onTimeout(this.#explain('total'));
    else if (now >= this.#phaseDueAt && this.#phase !== undefined) {
      this.#onTimeout(this.#explain(this.#phase));
    } else this.#setTimer();
  };

  #explain(limit: TimeoutPhase | 'total'): ModelError {
    const ms = this.#limits[limit];
    return new ModelError('model_timeout', `${this.#endpoint} ${descriptions[limit]} ${ms} ms.`, {
      kind: 'timeout',
      cure: `Raise \`timeouts.${limit}Ms\`, or check the load of the server.`,
    });
  }
}

const descriptions = {
  total: 'sent no complete reply within',
  firstToken: 'did not start its reply within',
  betweenTokens: 'stopped sending in the middle of a reply for',
} as const;

/** The longest delay that Node's timers accept. */
const longestTimerMs = 2 ** 31 - 1;
