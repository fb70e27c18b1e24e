import { hash } from 'node:crypto';
import { type JsonValue, TurnwiseError } from '@turnwise/core';
import {
  type Effect,
  type EffectExecution,
  type Effects,
  EngineStop,
  errorFromJson,
  errorToJson,
  inProcessEffects,
  type ValueEffect,
} from '@turnwise/core/model';
import type { JournalKey, JournalRow, RunStore } from '../store/run-store.ts';
import { storeDamaged } from '../store/store-errors.ts';
import { ReplayOrder } from './replay-order.ts';

type AnyEffect = Effect<unknown, unknown> | ValueEffect<unknown>;

/** What a journal needs. */
export interface JournalOptions {
  readonly key: JournalKey;
  /** The rows of the segment so far. */
  readonly rows: readonly JournalRow[];
  /** Whether an earlier process may have begun the next effects. */
  readonly isRecovered: boolean;
  readonly store: Pick<RunStore, 'record' | 'signals'>;
  /** Called when the store failed, so that effects that run in parallel end too. */
  readonly onStop: (stop: EngineStop) => void;
}

/** The inputs and the abort that a run reads. */
interface InboxItems {
  readonly inputs: readonly JsonValue[];
  readonly aborted?: JsonValue | undefined;
}

/**
 * Effects that record their results in a store: a row is durable before the loop continues. Recorded results are not executed
 * again. A tool with `repeat: 'never'` writes its intent first; if only that is found, its result is `{ inDoubt: true }`.
 */
export class Journal implements Effects {
  readonly #options: JournalOptions;
  readonly #order: ReplayOrder;
  readonly #intents: ReadonlySet<string>;
  #isStopping = false;
  #hasWritten = false;

  constructor(options: JournalOptions) {
    this.#options = options;
    this.#order = new ReplayOrder(options.rows.filter(({ output }) => output !== undefined));
    const intents = options.rows.filter(({ output }) => output === undefined);
    this.#intents = new Set(intents.map(({ id }) => id));
  }

  get isReplaying(): boolean {
    return !this.#order.isOver;
  }

  /** From now on no effect begins: each ends the run with an `EngineStop`. Effects that run may end. */
  stop(): void {
    this.#isStopping = true;
  }

  async *perform<Progress, Result>(
    effect: Effect<Progress, Result>,
  ): AsyncGenerator<Progress, Result> {
    const row = await this.#order.take(effect.id);
    if (row !== undefined) return this.#replay(effect, row) as Result;
    const input = digest(effect.input());
    this.#refuseIfStopping();
    if (effect.repeat === 'never') {
      const doubt = await this.#begin(effect, input);
      if (doubt !== undefined) return doubt as Result;
    }
    let value: Result;
    try {
      value = yield* effect.execute(this.#execution());
    } catch (thrown) {
      return await this.#fail(effect, input, thrown);
    }
    const output = JSON.stringify({ value });
    await this.#write(effect, input, output);
    return readValue(output) as Result;
  }

  value<Result>(effect: ValueEffect<Result>): Promise<Result> {
    return (
      effect.kind === 'inbox' ? this.#readInbox(effect) : this.#executeValue(effect)
    ) as Promise<Result>;
  }

  all<Progress, Result>(
    parts: readonly AsyncGenerator<Progress, Result>[],
  ): AsyncGenerator<Progress, Result[]> {
    const order = this.#order;
    order.begin(parts.length);
    async function* untilEnd(part: AsyncGenerator<Progress, Result>) {
      try {
        return yield* part;
      } finally {
        order.end();
      }
    }
    return inProcessEffects.all(parts.map(untilEnd));
  }

  async #executeValue(effect: ValueEffect<unknown>): Promise<unknown> {
    const row = await this.#order.take(effect.id);
    if (row !== undefined) return this.#replay(effect, row);
    const input = digest(effect.input());
    this.#refuseIfStopping();
    if (effect.repeat === 'never') await this.#begin(effect, input);
    let value: unknown;
    try {
      value = await effect.execute(this.#execution());
    } catch (thrown) {
      return await this.#fail(effect, input, thrown);
    }
    return await this.#record(effect, input, value);
  }

  /** A look that finds nothing is not recorded, and neither is the answer that the run is not aborted. */
  async #readInbox(effect: ValueEffect<unknown>): Promise<unknown> {
    const isPoll = /^inbox\.\d+$/.test(effect.id);
    if (this.isReplaying) {
      if (!this.#order.hasNext(effect.id)) return isPoll ? { inputs: [] } : false;
      return this.#replay(effect, (await this.#order.take(effect.id)) as JournalRow);
    }
    this.#refuseIfStopping();
    const found = await effect.execute(this.#execution());
    if (!isPoll) {
      if (found !== true) return false;
      await this.#order.take(effect.id);
      return await this.#record(effect, '', true);
    }
    const { key, store } = this.#options;
    const unread = await store.signals(key.run).catch(this.#onThrown);
    const signals = unread.filter(({ kind }) => kind === 'input');
    const { inputs, aborted } = found as InboxItems;
    if (inputs.length + signals.length === 0 && aborted === undefined) return { inputs };
    const value = { inputs: [...inputs, ...signals.map(({ body }) => body)], aborted };
    const consumes = signals.map(({ id }) => id);
    return await this.#record(effect, '', value, consumes);
  }

  #execution(): EffectExecution {
    // Effects of an earlier process end before anything is written after its last row.
    return { attempt: this.#options.isRecovered && !this.#hasWritten ? 2 : 1 };
  }

  /** Writes the intent of an effect that may not run twice; its result if an earlier process may have executed it. */
  async #begin(effect: AnyEffect, input: string): Promise<unknown> {
    if (this.#intents.has(effect.id)) {
      return await this.#record(effect, input, { inDoubt: true });
    }
    await this.#write(effect, input, undefined);
    return undefined;
  }

  #refuseIfStopping(): void {
    if (this.#isStopping) throw new EngineStop('suspended');
  }

  #replay(effect: AnyEffect, row: JournalRow): unknown {
    if (row.kind !== 'inbox' && row.input !== digest(effect.input())) {
      throw new EngineStop(
        'non_determinism',
        `The run asks for the effect ${JSON.stringify(row.id)} with another input than its journal has. Continue it with the code that started it.`,
      );
    }
    const output = this.#readOutput(row);
    if ('error' in output) throw errorFromJson(output.error);
    return output.value;
  }

  #readOutput({ id, output = '' }: JournalRow): Readonly<Record<string, unknown>> {
    try {
      const parsed: unknown = JSON.parse(output);
      if (typeof parsed === 'object' && parsed !== null) return { ...parsed };
      throw new TypeError('it is not an object');
    } catch (thrown) {
      const what = `The result of "${id}" in the journal of the run "${this.#options.key.run}"`;
      throw toEngineStop(storeDamaged(what, { cause: thrown }));
    }
  }

  async #fail(effect: AnyEffect, input: string, thrown: unknown): Promise<never> {
    if (thrown instanceof EngineStop) throw thrown;
    const error = errorToJson(thrown);
    await this.#write(effect, input, JSON.stringify({ error }));
    throw errorFromJson(error);
  }

  async #record(
    effect: AnyEffect,
    input: string,
    value: unknown,
    consumes: readonly string[] = [],
  ): Promise<unknown> {
    const output = JSON.stringify({ value });
    await this.#write(effect, input, output, consumes);
    return readValue(output);
  }

  #write(
    { id, kind, name }: AnyEffect,
    input: string,
    output: string | undefined,
    consumes: readonly string[] = [],
  ): Promise<void> {
    const { store, key } = this.#options;
    const row: JournalRow = { id, kind, name, input, output, at: Date.now() };
    const durable = store.record(key, row, consumes).then(this.#onWritten, this.#onThrown);
    return output === undefined ? durable : this.#order.write(durable);
  }

  readonly #onWritten = (): void => {
    this.#hasWritten = true;
  };

  /** A store that fails stops the run without ending it. */
  readonly #onThrown = (thrown: unknown): never => {
    const stop = toEngineStop(thrown);
    this.#options.onStop(stop);
    throw stop;
  };
}

function toEngineStop(thrown: unknown): EngineStop {
  const isLost = thrown instanceof TurnwiseError && thrown.code === 'lease_lost';
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return new EngineStop(isLost ? 'lease_lost' : 'store_failed', message, { cause: thrown });
}

/** The value as it is read from the row, so that a replay gets the same. */
function readValue(output: string): unknown {
  return JSON.parse(output).value;
}

/** The digest of the input of an effect, as journals keep it. */
export function digest(input: JsonValue): string {
  return hash('sha256', JSON.stringify(input) ?? '', 'base64url');
}
