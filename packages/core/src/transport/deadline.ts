import { ModelError } from '../errors.ts';

/** How long a request may take, in milliseconds. */
export interface Timeouts {
  /** From sending to the end of the reply, retries and waits included. @default 600000 */
  readonly totalMs?: number;
  /** From sending to the first piece of a streamed reply. @default 300000 */
  readonly firstTokenMs?: number;
  /** Between two pieces of a streamed reply. @default 60000 */
  readonly betweenTokensMs?: number;
}

/** A wait that has its own limit. */
export type TimeoutPhase = 'firstToken' | 'betweenTokens';

/**
 * The time limits of one request, kept by one timer: a new wait only writes down when it is due, and the timer,
 * when it fires early, sets itself again.
 */
export class Deadline {
  readonly #limits: Required<Timeouts>;
  readonly #onTimeout: (error: ModelError) => void;
  readonly #endpoint: string;
  readonly #totalDueAt: number;
  #phase: TimeoutPhase | undefined;
  #phaseDueAt = Number.POSITIVE_INFINITY;
  #timer: NodeJS.Timeout | undefined;
  #timerDueAt = Number.POSITIVE_INFINITY;

  /** `onTimeout` is called once at most, with the error that names the limit and the option to raise. */
  constructor(timeouts: Timeouts, endpoint: string, onTimeout: (error: ModelError) => void) {
    this.#limits = {
      totalMs: timeouts.totalMs ?? 600_000,
      firstTokenMs: timeouts.firstTokenMs ?? 300_000,
      betweenTokensMs: timeouts.betweenTokensMs ?? 60_000,
    };
    this.#endpoint = endpoint;
    this.#onTimeout = onTimeout;
    this.#totalDueAt = performance.now() + this.#limits.totalMs;
    this.#setTimer();
  }

  /** A wait begins, in place of the one before; `limitMs` shortens it. */
  expect(phase: TimeoutPhase, limitMs: number = Number.POSITIVE_INFINITY): void {
    this.#phase = phase;
    this.#phaseDueAt = performance.now() + Math.min(limitMs, this.#limits[`${phase}Ms`]);
    if (this.#phaseDueAt < this.#timerDueAt) this.#setTimer();
  }

  /** Nothing is awaited of the server just now. */
  rest(): void {
    this.#phaseDueAt = Number.POSITIVE_INFINITY;
  }

  /** Ends all limits; no timer is left. */
  stop(): void {
    clearTimeout(this.#timer);
  }

  #setTimer(): void {
    clearTimeout(this.#timer);
    this.#timerDueAt = Math.min(this.#phaseDueAt, this.#totalDueAt);
    const delayMs = Math.ceil(this.#timerDueAt - performance.now());
    this.#timer = setTimeout(this.#onTimer, Math.min(Math.max(1, delayMs), longestTimerMs));
    // The connection keeps the process alive; a request that nobody reads any more should not.
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
    const ms = this.#limits[`${limit}Ms`];
    return new ModelError('model_timeout', `${this.#endpoint} ${complaints[limit]} ${ms} ms.`, {
      kind: 'timeout',
      cure: `Raise \`timeouts.${limit}Ms\`, or look at what the server is doing.`,
    });
  }
}

const complaints = {
  total: 'gave no whole reply within',
  firstToken: 'began no reply within',
  betweenTokens: 'fell silent in the middle of a reply for',
} as const;

/** The longest delay that Node's timers take. */
const longestTimerMs = 2 ** 31 - 1;
