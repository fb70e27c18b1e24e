import {
  type Effect,
  type EffectExecution,
  type Effects,
  EngineStop,
  errorFromJson,
  errorToJson,
  inProcessEffects,
  progressQueue,
  type ValueEffect,
} from '@turnwise/core/model';
import { digest } from '../engine/journal.ts';
import { ReplayOrder } from '../engine/replay-order.ts';
import type { JournalRow, Signal } from '../store/run-store.ts';
import type { StoredRow, StoredText } from './messages.ts';
import type { RestateBlobs } from './restate-blobs.ts';
import type { DriveContext } from './restate-sdk.ts';
import type { SingleWaiter } from './single-waiter.ts';

type AnyEffect = Effect<unknown, unknown> | ValueEffect<unknown>;

/** What {@link RestateEffects} need. */
export interface RestateEffectsOptions {
  readonly context: DriveContext;
  readonly waiter: SingleWaiter;
  readonly blobs: RestateBlobs;
  /** Identifies this attempt to execute the segment. */
  readonly attempt: string;
  /** Whether an earlier attempt may have begun the next effects. */
  readonly isRecovered: boolean;
  /** Rows that an earlier invocation recorded for the same segment. */
  readonly earlier: readonly JournalRow[];
}

/** The result of a step, as Restate keeps it. */
interface Recorded {
  readonly input: string;
  readonly output: StoredText;
  readonly at: number;
}

/** What the loop finds in its inbox. */
interface InboxItems {
  readonly inputs: readonly unknown[];
  readonly aborted?: unknown;
}

/**
 * Effects whose results Restate records: each is a step of the invocation (`ctx.run`). Errors are recorded as values, because Restate
 * would repeat the step, and long outputs as blobs. A tool with `repeat: 'never'` has two steps: the first one records which attempt
 * is about to execute it; another attempt that finds only that returns `{ inDoubt: true }`.
 */
export class RestateEffects implements Effects {
  readonly #options: RestateEffectsOptions;
  readonly #order: ReplayOrder;
  readonly #rows: StoredRow[] = [];
  readonly #inputs: unknown[] = [];
  #isStopping = false;
  #hasExecuted = false;
  /** Only a limit of the wall time can abort the run in another way in a replay. The loop reads the clock first if there is one. */
  #isTimed = false;

  constructor(options: RestateEffectsOptions) {
    this.#options = options;
    this.#order = new ReplayOrder(options.earlier);
  }

  get isReplaying(): boolean {
    return !this.#order.isOver || !this.#options.context.isProcessing();
  }

  /** The rows of this invocation so far. */
  get rows(): readonly StoredRow[] {
    return this.#rows;
  }

  /** Adds an input, which the run reads before its next request. */
  addInput({ body }: Signal): void {
    this.#inputs.push(body);
  }

  /** From now on no effect begins; those that run may end. */
  stop(): void {
    this.#isStopping = true;
  }

  async *perform<Progress, Result>(
    effect: Effect<Progress, Result>,
  ): AsyncGenerator<Progress, Result> {
    const row = this.#order.isOver ? undefined : await this.#order.take(effect.id);
    if (row !== undefined) return readOutput(row, inputOf(effect)) as Result;
    const progress = progressQueue<Progress>();
    const recording = this.#record(effect, async (execution) => {
      const running = effect.execute(execution);
      while (true) {
        const next = await running.next();
        if (next.done === true) return next.value;
        progress.push(next.value);
      }
    });
    void recording.then(progress.close, progress.close);
    while (await progress.hasMore()) yield* progress.take();
    return (await recording) as Result;
  }

  value<Result>(effect: ValueEffect<Result>): Promise<Result> {
    return (
      effect.kind === 'inbox' ? this.#readInbox(effect) : this.#executeValue(effect)
    ) as Promise<Result>;
  }

  async *all<Progress, Result>(
    parts: readonly AsyncGenerator<Progress, Result>[],
  ): AsyncGenerator<Progress, Result[]> {
    const { waiter } = this.#options;
    const order = this.#order;
    order.begin(parts.length);
    waiter.begin(parts.length);
    async function* untilEnd(part: AsyncGenerator<Progress, Result>) {
      try {
        return yield* part;
      } finally {
        order.end();
        waiter.end();
      }
    }
    return yield* inProcessEffects.all(parts.map(untilEnd));
  }

  async #executeValue(effect: ValueEffect<unknown>): Promise<unknown> {
    if (effect.id === 'clock') this.#isTimed = true;
    const row = this.#order.isOver ? undefined : await this.#order.take(effect.id);
    if (row !== undefined) return readOutput(row, inputOf(effect));
    return await this.#record(effect, async (execution) => await effect.execute(execution));
  }

  /** What signals have brought needs no step: Restate keeps their order. */
  async #readInbox(effect: ValueEffect<unknown>): Promise<unknown> {
    const isPoll = /^inbox\.\d+$/.test(effect.id);
    if (this.#order.hasNext(effect.id)) {
      const row = (await this.#order.take(effect.id)) as JournalRow;
      return readOutput(row, row.input);
    }
    if (!this.#order.isOver) return isPoll ? { inputs: [] } : false;
    const inputs = isPoll ? this.#inputs.splice(0) : [];
    const look = async (execution: EffectExecution) => {
      const found = await effect.execute(execution);
      if (!isPoll) return found;
      const items = found as InboxItems;
      return { ...items, inputs: [...items.inputs, ...inputs] };
    };
    if (this.#isTimed) return await this.#record(effect, look);
    this.#refuseIfStopping();
    const value = await look({ attempt: 1 });
    const hasFound = isPoll
      ? (value as InboxItems).inputs.length > 0 || (value as InboxItems).aborted !== undefined
      : value === true;
    // The same in a replay.
    const at = this.#rows.at(-1)?.at ?? 0;
    if (hasFound) this.#addRow(effect, '', { text: JSON.stringify({ value }) }, at);
    return value;
  }

  async #record(
    effect: AnyEffect,
    execute: (execution: EffectExecution) => Promise<unknown>,
  ): Promise<unknown> {
    const { waiter, blobs } = this.#options;
    this.#refuseIfStopping();
    const input = inputOf(effect);
    const isInDoubt = await this.#begin(effect);
    const recorded = await waiter.run(effect.id, async (): Promise<Recorded> => {
      this.#refuseIfStopping();
      const output = isInDoubt ? { value: { inDoubt: true } } : await this.#execute(execute);
      this.#hasExecuted = true;
      return { input, output: await blobs.store(JSON.stringify(output)), at: Date.now() };
    });
    this.#addRow(effect, recorded.input, recorded.output, recorded.at);
    const output = await blobs.read(recorded.output);
    return readOutput({ id: effect.id, input: recorded.input, output }, input);
  }

  async #execute(
    execute: (execution: EffectExecution) => Promise<unknown>,
  ): Promise<{ readonly value: unknown } | { readonly error: unknown }> {
    const attempt = this.#options.isRecovered && !this.#hasExecuted ? 2 : 1;
    try {
      return { value: await execute({ attempt }) };
    } catch (thrown) {
      if (thrown instanceof EngineStop) throw thrown;
      return { error: errorToJson(thrown) };
    }
  }

  /** Records that this attempt is about to execute an effect that may not run twice; whether an earlier one was. */
  async #begin({ id, repeat }: AnyEffect): Promise<boolean> {
    if (repeat !== 'never') return false;
    const { waiter, attempt } = this.#options;
    const begun = await waiter.run(`${id} begins`, async () => {
      this.#refuseIfStopping();
      return attempt;
    });
    return begun !== attempt;
  }

  #addRow({ id, kind, name }: AnyEffect, input: string, output: StoredText, at: number): void {
    this.#rows.push({ id, kind, name, input, output, at });
  }

  #refuseIfStopping(): void {
    if (this.#isStopping) throw new EngineStop('suspended');
  }
}

function inputOf(effect: AnyEffect): string {
  return effect.kind === 'inbox' ? '' : digest(effect.input());
}

/** The recorded value; throws the recorded error, and an `EngineStop` if the run asks with another input. */
function readOutput(
  { id, input, output = '' }: Pick<JournalRow, 'id' | 'input' | 'output'>,
  present: string,
): unknown {
  if (input !== present) {
    throw new EngineStop(
      'non_determinism',
      `The run asks for the effect ${JSON.stringify(id)} with another input than its journal has. Continue it with the code that started it.`,
    );
  }
  const parsed = JSON.parse(output);
  if ('error' in parsed) throw errorFromJson(parsed.error);
  return parsed.value;
}
