import { TurnwiseError, toError } from '../errors.ts';
import type { JsonValue } from '../json.ts';
import { isPromiseLike } from '../promise-like.ts';
import { advance, type LoopGenerator } from '../run/loop-generator.ts';
import type { EventMeta, RunEvent, RunEventBody } from '../run/run-event.ts';
import { type RunOutcome, runLoop } from '../run/run-loop.ts';
import type { Run } from '../run/run-setup.ts';
import { saveRunState } from '../run/saved-state.ts';
import type { UserInput } from '../turns/turn.ts';
import type { EventHub } from './event-hub.ts';
import type { RunControl } from './run-control.ts';
import type { RunResult } from './run-result.ts';
import { toRunResult } from './to-run-result.ts';

/** After these, the text that was shown is no longer part of an answer that is being written. */
const voidsText: readonly RunEventBody['type'][] = [
  'request-started',
  'stream-restarted',
  'assistant-turn-added',
];

const aMoment = Promise.resolve();

/** What an agent starts a run with. */
export interface AgentRunParts<Context> {
  readonly run: Run<Context>;
  readonly control: RunControl;
  readonly agent: string;
  readonly resumed: boolean;
  /** Whether events are kept for an iterator that comes later. */
  readonly keepsEvents: boolean;
  /** Hears every event, in order, before the iterator does; never throws. */
  readonly hub: Pick<EventHub, 'hasListeners' | 'emit'>;
}

/**
 * A run that goes on: iterate over its events, over its text, or await its result.
 * Whoever iterates sets the pace, until the result is asked for; without an iterator the run goes at its own.
 * Leaving a `for await` aborts the run.
 */
export class AgentRun<Context = unknown, Output = string> implements AsyncIterable<RunEvent> {
  readonly runId: string;
  readonly #parts: AgentRunParts<Context>;
  readonly #loop: LoopGenerator<RunOutcome>;
  readonly #result: Promise<RunResult<Output>>;
  readonly #unread: RunEvent[] = [];
  #advancing: Promise<void> | undefined;
  #settle: (result: RunResult<Output>) => void = () => undefined;
  #fail: (error: unknown) => void = () => undefined;
  #seq = 0;
  #partialText = '';
  #isOver = false;
  #hasReader = false;
  #isResultWanted = false;
  #isDraining = false;

  /** @internal Runs are started by an agent. */
  constructor(parts: AgentRunParts<Context>) {
    this.#parts = parts;
    this.runId = parts.run.state.runId;
    this.#loop = runLoop(parts.run, { resumed: parts.resumed });
    this.#result = new Promise((resolve, reject) => {
      this.#settle = resolve;
      this.#fail = reject;
    });
    this.#result.catch(() => undefined);
    // An iterator that is made in the same tick as the run sets the pace from the first event on.
    setImmediate(() => void this.#drain());
  }

  /**
   * How the run ends. Rejects with a `TurnwiseError`, which is never an unhandled rejection. Asking for it lets the run go on
   * without waiting for whoever iterates: what it tells meanwhile is kept for them.
   */
  get result(): Promise<RunResult<Output>> {
    this.#isResultWanted = true;
    void this.#drain();
    return this.#result;
  }

  /**
   * The text of replies as it comes: also of one that is voided later, which the events tell (`turn-fixed`). It reads the events,
   * so that nobody else can. Throws what the run fails with.
   */
  get textStream(): AsyncGenerator<string, void> {
    const textIn = (event: RunEvent) => (event.type === 'text-delta' ? event.text : undefined);
    return this.#read(textIn, { throws: true });
  }

  /**
   * Says more while the run goes on: it joins the open turn before the next request. What a run did not get to look at waits
   * in its `state`. An image that cannot be read fails the run. Throws `invalid_options` for an empty input, and `invalid_state` once the run is over.
   */
  steer(...input: Parameters<RunControl['steer']>): void {
    if (this.#isOver) {
      throw new TurnwiseError(
        'invalid_state',
        'The run is over and hears nothing more; say it in agent.run(input, { transcript }).',
      );
    }
    this.#parts.control.steer(...input);
  }

  /** Stops the run: open calls are answered as cancelled, and the result is a `StoppedRun`. */
  abort(): void {
    this.#parts.control.abort();
  }

  /** The events of the run, for one reader. After a failure the last one is `run-failed`; the error itself is in `result`. */
  [Symbol.asyncIterator](): AsyncGenerator<RunEvent, void> {
    return this.#read((event) => event, { throws: false });
  }

  /** What `pick` takes of the events; `throws` what the run fails with, where that is wanted. */
  async *#read<Picked>(
    pick: (event: RunEvent) => Picked | undefined,
    { throws }: { readonly throws: boolean },
  ): AsyncGenerator<Picked, void> {
    this.#hasReader = true;
    try {
      while (true) {
        const event = this.#unread.shift();
        if (event === undefined) {
          if (this.#isOver) break;
          await this.#advance();
          continue;
        }
        const picked = pick(event);
        if (picked !== undefined) yield picked;
      }
      if (throws) await this.result;
    } finally {
      this.#hasReader = false;
      if (!this.#isOver) {
        this.abort();
        void this.#drain();
        await this.#result.catch(() => undefined);
      }
    }
  }

  async #drain(): Promise<void> {
    if (this.#isDraining) return;
    this.#isDraining = true;
    while (!this.#isOver && !this.#isPaced) await this.#advance();
    this.#isDraining = false;
  }

  /** Whether somebody reads event by event, and the loop waits for them. */
  get #isPaced(): boolean {
    return this.#hasReader && !this.#isResultWanted;
  }

  /** Takes the loop an event further, or as far as it goes while nobody reads. Iterators and the drain share the way. */
  #advance(): Promise<void> {
    if (this.#advancing !== undefined) return this.#advancing;
    // Listeners and tools may ask for more from within the loop, before there is a promise to share: they ask again then.
    this.#advancing = aMoment;
    this.#advancing = this.#takeNext();
    return this.#advancing;
  }

  async #takeNext(): Promise<void> {
    try {
      const end = await advance(this.#loop, (event) => {
        this.#emit(event);
        return !this.#hasReader;
      });
      if (end === undefined) return;
      await this.#close();
      this.#settle(toRunResult(this.#parts.run.state, end.value, this.#partialText));
    } catch (thrown) {
      await this.#close();
      this.#fail(this.#withState(thrown));
    } finally {
      this.#advancing = undefined;
    }
  }

  #emit(body: RunEventBody): void {
    const { run, agent, hub, keepsEvents } = this.#parts;
    this.#followText(body);
    this.#seq += 1;
    if (!keepsEvents && !hub.hasListeners) return;
    const meta: EventMeta = {
      runId: this.runId,
      agent,
      step: run.state.step,
      seq: this.#seq - 1,
      at: Date.now(),
    };
    // The loop made the body for this event alone, so the event needs no copy.
    const event: RunEvent = Object.assign(body, meta);
    hub.emit(event);
    if (keepsEvents) this.#unread.push(event);
  }

  #followText(event: RunEventBody): void {
    if (event.type === 'text-delta') this.#partialText += event.text;
    else if (voidsText.includes(event.type)) this.#partialText = '';
  }

  /** Inputs that nobody has looked at are saved with the state: what resumes it goes on with them. */
  #close(): void | Promise<void> {
    const { run, control } = this.#parts;
    this.#isOver = true;
    control.dispose();
    const keep = (inputs: readonly UserInput[]) => {
      if (inputs.length > 0) run.state.waitingInputs = [...run.state.waitingInputs, ...inputs];
    };
    const leftOver = control.leftOver();
    return isPromiseLike(leftOver) ? leftOver.then(keep) : keep(leftOver);
  }

  #withState(thrown: unknown): TurnwiseError {
    const error =
      thrown instanceof TurnwiseError
        ? thrown
        : new TurnwiseError('run_failed', toError(thrown).message, { cause: thrown });
    error.state = saveRunState(this.#parts.run.state) as unknown as JsonValue;
    return error;
  }
}
