import { EngineStop } from '@turnwise/core/model';
import type { JournalRow } from '../store/run-store.ts';

interface WaitingEffect {
  readonly id: string;
  readonly resolve: (row: JournalRow | undefined) => void;
  readonly reject: (stop: EngineStop) => void;
}

/**
 * Gives the recorded rows to the effects of a replay in the order in which they were written. In a parallel batch an effect waits
 * until its row is the next one, so that events come in the same order as before.
 */
export class ReplayOrder {
  readonly #rows: readonly JournalRow[];
  #next = 0;
  /** Parts of the present batch that have not ended; 0 outside of a batch. */
  #running = 0;
  #waiting: WaitingEffect[] = [];

  constructor(rows: readonly JournalRow[]) {
    this.#rows = rows;
  }

  /** Whether all rows were given. */
  get isOver(): boolean {
    return this.#next >= this.#rows.length;
  }

  /** Whether the next row has this id. For effects that are recorded only if they have a result. */
  hasNext(id: string): boolean {
    return this.#rows[this.#next]?.id === id;
  }

  /** The row of an effect; `undefined` if it has none and is executed now. Rejects with an `EngineStop` for another order. */
  async take(id: string): Promise<JournalRow | undefined> {
    if (this.isOver) return undefined;
    if (this.#running === 0) {
      const row = this.#rows[this.#next];
      if (row?.id !== id) throw this.#differs(id);
      this.#next += 1;
      return row;
    }
    return await new Promise((resolve, reject) => {
      this.#waiting.push({ id, resolve, reject });
      this.#release();
    });
  }

  /** Begins a batch with this number of parts. */
  begin(parts: number): void {
    this.#running = parts;
  }

  /** Ends a part of the batch. */
  end(): void {
    this.#running -= 1;
    this.#release();
  }

  /** Continues when every part of the batch waits: then only the next row decides what happens. */
  #release(): void {
    if (this.#waiting.length === 0 || this.#waiting.length < this.#running) return;
    const row = this.#rows[this.#next];
    if (row === undefined) {
      // These effects had not ended before the crash.
      for (const { resolve } of this.#waiting.splice(0)) resolve(undefined);
      return;
    }
    const place = this.#waiting.findIndex(({ id }) => id === row.id);
    const [waiting] = place === -1 ? [] : this.#waiting.splice(place, 1);
    if (waiting === undefined) {
      const stopped = this.#waiting.splice(0);
      for (const { id, reject } of stopped) reject(this.#differs(id));
      return;
    }
    this.#next += 1;
    waiting.resolve(row);
  }

  #differs(id: string): EngineStop {
    return new EngineStop(
      'non_determinism',
      `The run asks for the effect ${JSON.stringify(id)}, and the next one in its journal is ${JSON.stringify(this.#rows[this.#next]?.id)}. Continue it with the code that started it.`,
    );
  }
}
