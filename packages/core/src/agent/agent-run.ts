import { AsyncResource } from 'node:async_hooks';
import { bindMethods } from '../bind-methods.ts';
import { EngineStop, type TurnwiseError, toRunError } from '../errors.ts';
import { isPromiseLike } from '../promise-like.ts';
import { limitLoading, stopClock } from '../run/limits/run-clock.ts';
import { keepInputs } from '../run/program/drain-inbox.ts';
import { type RunOutcome, runLoop } from '../run/run-loop.ts';
import { saveRunState } from '../run/saved/saved-state.ts';
import { countEvent, countRecordedEvent } from '../run/state/event-count.ts';
import { LoopDriver } from '../run/state/loop-driver.ts';
import type { EventMeta, PartialOutput, RunEvent, RunEventBody } from '../run/state/run-event.ts';
import { stepSlice } from '../run/state/step.ts';
import type { ToolCall, UserInput } from '../turns/turn.ts';
import type { AgentRunParts } from './agent-run-parts.ts';
import { checkSteerOptions } from './check-options.ts';
import { freezeEvent } from './freeze-event.ts';
import { PartialText } from './partial-text.ts';
import { warnOfUnreadFailure, warnOfUnsavedSession } from './process-warnings.ts';
import type { AgentInput } from './read-input.ts';
import { noOutputSchema, secondReader, steeredTooLate, textReplaced } from './reader-errors.ts';
import type { RunResult } from './run-result.ts';
import { StandingText } from './standing-text.ts';
import { toRunResult } from './to-run-result.ts';

const resolved = Promise.resolve();

/**
 * A running run: iterate over its events or its text, or await its result. It has one reader.
 * Iterating applies back-pressure, until `result` is read; without an iterator the run does not wait for anyone.
 * Leaving a `for await` early aborts the run. The iterator of a run that fails throws; if there is no reader and `result` was
 * not read, the failure is a process warning with the code `TURNWISE_UNREAD_FAILURE`.
 * Tools and functions of the program run in the `AsyncLocalStorage` context in which the run was started.
 */
export class AgentRun<Output = unknown, Call extends ToolCall = ToolCall>
  implements AsyncIterable<RunEvent<Output, Call>>
{
  readonly runId: string;
  readonly #parts: AgentRunParts;
  readonly #loop: LoopDriver<RunOutcome>;
  readonly #result: Promise<RunResult<Output, Call>>;
  readonly #unread: RunEvent<Output, Call>[] = [];
  /** The context in which the run was started; the loop must not run in the context of a reader. */
  readonly #startContext = new AsyncResource('TurnwiseRun');
  #advancing: Promise<void> | undefined;
  // Takes `never`, so that a run with any output and calls is an `AgentRun`.
  #settle: (result: RunResult<never, never>) => void = () => undefined;
  #fail: (error: unknown) => void = () => undefined;
  readonly #partialText = new PartialText();
  #hasStarted = false;
  #isOver = false;
  #hasReader = false;
  #wasRead = false;
  #isResultWanted = false;
  #isDraining = false;

  /** @internal Runs are started by an agent. */
  constructor(parts: AgentRunParts) {
    bindMethods(this, 'steer', 'abort', 'suspend');
    this.#parts = parts;
    this.runId = parts.run.state.runId;
    this.#loop = new LoopDriver(runLoop(parts.run, parts));
    this.#result = new Promise((resolve, reject) => {
      this.#settle = resolve;
      this.#fail = reject;
    });
    this.#result.catch(() => undefined);
    // An iterator that is created in the same tick applies back-pressure from the first event on.
    setImmediate(() => void this.#drain());
  }

  /**
   * How the run ends. Rejects with a `TurnwiseError`, which is never an unhandled rejection. Reading it ends the
   * back-pressure of an iterator: events are then kept until it reads them.
   */
  get result(): Promise<RunResult<Output, Call>> {
    this.#isResultWanted = true;
    void this.#drain();
    return this.#result;
  }

  /**
   * The text of the run's answers. Text of a request without tools and without an output schema is yielded as it arrives.
   * Other text is yielded when its turn is added, because calls may follow it or the answer may be rejected; use
   * `text-delta` events to show it earlier. It consumes the events: use either this or the event iterator.
   * Throws what the run fails with, and `text_replaced` at the end if text was yielded that the final reply does not
   * contain: the reply broke off and was different the second time, or a closing tag showed that the text was a thought.
   * `result` is not affected by that.
   */
  get textStream(): AsyncGenerator<string, void> {
    return this.#readText(
      new StandingText({ hasOutput: this.#parts.run.setup.output !== undefined }),
    );
  }

  /**
   * The output while it grows, for display: parts of it are missing and nothing is checked. Each value replaces the one before,
   * also if the model starts again after an answer that did not match. The last value is the output of the completed run.
   * It consumes the events, as `textStream` does, and throws what the run fails with; throws `invalid_options` if the agent has
   * no output schema.
   */
  get partialOutputStream(): AsyncGenerator<PartialOutput<Output>, void> {
    if (this.#parts.run.setup.output === undefined) throw noOutputSchema();
    return this.#readPartialOutput();
  }

  /**
   * Adds an input while the run is running: it joins the open turn before the next request. An input that the run did not
   * read is saved in its `state`, except one with an `id`: an engine that records the run finds the id of each input that was
   * read in the result of the effect, and keeps the others. An image that cannot be read fails the run. Throws
   * `invalid_options` for an empty input and `invalid_state` after the end of the run.
   */
  steer(input: AgentInput, options: { readonly id?: string | undefined } = {}): void {
    if (this.#isOver) throw steeredTooLate();
    checkSteerOptions(options);
    this.#parts.control.steer(input, options.id);
  }

  /** Aborts the run: open calls are answered as cancelled, and the result is a `StoppedRun`. */
  abort(): void {
    this.#parts.control.abort();
  }

  /**
   * Stops the run without ending it, for an engine that continues it later: nothing is recorded or saved, no further event
   * is emitted, and the result rejects with an `EngineStop` whose reason is `suspended`. Without an engine the run is lost:
   * use `abort()`.
   */
  suspend(): void {
    if (this.#isOver) return;
    this.#parts.control.suspend();
    // A reader that has stopped reading must not keep the run.
    void this.result.catch(() => undefined);
  }

  /** The events of the run, for one reader: a second one throws `invalid_options`. A run that fails throws after `run-failed`. */
  [Symbol.asyncIterator](): AsyncGenerator<RunEvent<Output, Call>, void> {
    return this.#read((event) => event);
  }

  /** Yields what `pick` returns for each event, and throws what the run fails with. */
  async *#read<Picked>(
    pick: (event: RunEvent<Output, Call>) => Picked | undefined,
  ): AsyncGenerator<Picked, void> {
    this.#claimReader();
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
      await this.result;
    } finally {
      this.#hasReader = false;
      if (!this.#isOver) {
        this.abort();
        void this.#drain();
        await this.#result.catch(() => undefined);
      }
    }
  }

  async *#readPartialOutput(): AsyncGenerator<PartialOutput<Output>, void> {
    yield* this.#read((event) => (event.type === 'output-delta' ? event.output : undefined));
    const result = await this.#result;
    // The whole output is also a partial one, with the values that the schema made.
    if (result.status === 'completed') yield result.output as PartialOutput<Output>;
  }

  async *#readText(text: StandingText): AsyncGenerator<string, void> {
    yield* this.#read((event) => text.take(event) || undefined);
    if (text.isReplaced) throw textReplaced();
  }

  #claimReader(): void {
    if (this.#wasRead) throw secondReader();
    this.#wasRead = true;
    this.#hasReader = true;
  }

  async #drain(): Promise<void> {
    if (this.#isDraining) return;
    this.#isDraining = true;
    while (!this.#isOver && !this.#hasBackPressure) await this.#advance();
    this.#isDraining = false;
  }

  /** Whether the loop waits until an iterator reads the next event. */
  get #hasBackPressure(): boolean {
    return this.#hasReader && !this.#isResultWanted;
  }

  /** Runs the loop to its next event, or to its end if there is no iterator. Iterators and `#drain` share the promise. */
  #advance(): Promise<void> {
    if (this.#advancing !== undefined) return this.#advancing;
    // A listener or a tool may call this from within the loop, before there is a promise to share; it then calls again.
    this.#advancing = resolved;
    this.#advancing = this.#startContext.runInAsyncScope(() => this.#takeNext());
    return this.#advancing;
  }

  async #takeNext(): Promise<void> {
    try {
      const { control, around, run } = this.#parts;
      if (control.suspended !== undefined) throw control.suspended;
      if (!this.#hasStarted && around !== undefined) {
        limitLoading(run);
        await around.before(control.signal);
      }
      this.#hasStarted = true;
      const end = await this.#loop.advance((event) => {
        this.#emit(event);
        return !this.#hasReader;
      });
      if (end !== undefined) await this.#finish(end.value);
    } catch (thrown) {
      await this.#endWith(thrown);
    } finally {
      this.#advancing = undefined;
    }
  }

  async #finish(end: RunOutcome): Promise<void> {
    const { run, around, control } = this.#parts;
    await this.#close();
    await around?.after(end, control.signal);
    control.dispose();
    const { prices } = run.setup.limits;
    this.#settle(toRunResult(run.state, end, { partialText: this.#partialText.text, prices }));
  }

  async #endWith(thrown: unknown): Promise<void> {
    if (thrown instanceof EngineStop) return this.#stop(thrown);
    const isInLoop = !this.#isOver && this.#hasStarted;
    if (!this.#isOver) await this.#close();
    const error = toRunError(thrown);
    // A run that was refused has no state of its own.
    if (this.#hasStarted) error.state = saveRunState(this.#parts.run.state);
    else this.#parts.trace?.onRefused(error);
    // The error of the run is more important than one of its session, which is reported too.
    const { around, control } = this.#parts;
    if (isInLoop) await around?.after(undefined, control.signal).catch(warnOfUnsavedSession);
    control.dispose();
    this.#fail(error);
    this.#warnIfUnread(error);
  }

  /** Saves nothing: what an engine has recorded is the way to continue the run. */
  #stop(stop: EngineStop): void {
    const { control, around, trace } = this.#parts;
    this.#isOver = true;
    control.dispose();
    if (this.#hasStarted) around?.release();
    trace?.onEngineStop(stop);
    this.#fail(stop);
  }

  /** Waits for the end of the current tick, in which a reader may still come. */
  #warnIfUnread(error: TurnwiseError): void {
    const { agent, keepsEvents, hub } = this.#parts;
    if (!keepsEvents || hub.listensTo('run-failed')) return;
    setImmediate(() => {
      if (!this.#wasRead && !this.#isResultWanted) warnOfUnreadFailure(agent, error);
    });
  }

  #emit(body: RunEventBody): void {
    const { run, agent, control, hub, keepsEvents, isRecorded, trace } = this.#parts;
    if (control.suspended !== undefined) throw control.suspended;
    this.#partialText.take(body);
    const { type } = body;
    const seq = isRecorded ? countRecordedEvent(run.state, type) : countEvent(run.state);
    if (!keepsEvents && !hub.hasListeners && trace === undefined) return;
    const { step } = stepSlice.of(run.state);
    const meta: EventMeta = { runId: this.runId, agent, step, seq, at: Date.now() };
    const isReplayed = isRecorded && run.setup.effects.isReplaying;
    // The loop creates each body for one event only, so the event needs no copy.
    const event: RunEvent = freezeEvent(
      Object.assign(body, isReplayed ? { ...meta, replayed: true as const } : meta),
    );
    trace?.onEvent(event);
    hub.emit(event);
    // The output schema and the tools of the program decide which parts an output and a call have.
    if (keepsEvents) this.#unread.push(event as RunEvent<Output, Call>);
  }

  /** Inputs that the run did not read are saved with its state. */
  #close(): void | Promise<void> {
    const { run, control } = this.#parts;
    this.#isOver = true;
    stopClock(run.state);
    const keep = (inputs: readonly UserInput[]) => keepInputs(run.state, inputs);
    const leftOver = control.leftOver();
    return isPromiseLike(leftOver) ? leftOver.then(keep) : keep(leftOver);
  }
}
