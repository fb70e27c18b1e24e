import { EngineStop } from '@turnwise/core/model';
import type { JournalRow } from '../store/run-store.ts';

interface WaitingEffect {
  readonly id: string;
  readonly resolve: (row: JournalRow | undefined) => void;
  readonly reject: (stop: EngineStop) => void;
}

/** A result of a parallel batch that is being written. */
interface Written {
  isDurable: boolean;
  continue: () => void;
}

/**
 * Gives the recorded rows to the effects of a replay in the order in which they were written. In a parallel batch one part continues
 * at a time: an effect waits until its row is the next one and every other part is inside of an effect. New results of a batch wait
 * in the same way, so that a replay emits the events in the same order.
 */
export class ReplayOrder {
  readonly #rows: readonly JournalRow[];
  #next = 0;
  /** Parts of the present batch that have not ended; 0 outside of a batch. */
  #running = 0;
  /** Parts that are inside of an effect. */
  #inside = 0;
  #waiting: WaitingEffect[] = [];
  readonly #written: Written[] = [];

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

  /**
   * Begins an effect. Returns its row; `undefined` if it has none and is executed now. Rejects with an `EngineStop` for another order.
   */
  async take(id: string): Promise<JournalRow | undefined> {
    if (this.#running === 0) {
      if (this.isOver) return undefined;
      const row = this.#rows[this.#next];
      if (row?.id !== id) throw this.#differs(id);
      this.#next += 1;
      return row;
    }
    this.#inside += 1;
    if (this.isOver) {
      this.#release();
      return undefined;
    }
    return await new Promise((resolve, reject) => {
      this.#waiting.push({ id, resolve, reject });
      this.#release();
    });
  }

  /** Ends an effect that was executed: resolves when its row is durable and it is the turn of its part. */
  async write(durable: Promise<void>): Promise<void> {
    if (this.#running === 0) return await durable;
    const written: Written = { isDurable: false, continue: () => {} };
    const turn = new Promise<void>((resolve) => {
      written.continue = resolve;
    });
    this.#written.push(written);
    try {
      await durable;
    } catch (thrown) {
      // The part ends, and the others do not wait for it.
      this.#written.splice(this.#written.indexOf(written), 1);
      throw thrown;
    }
    written.isDurable = true;
    this.#release();
    await turn;
  }

  /** Begins a batch with this number of parts. */
  begin(parts: number): void {
    this.#running = parts;
    this.#inside = 0;
    this.#written.length = 0;
  }

  /** Ends a part of the batch. */
  end(): void {
    this.#running -= 1;
    this.#release();
  }

  /** Continues one part when no other moves: then only the order of the rows decides what happens. */
  #release(): void {
    if (this.#inside < this.#running) return;
    if (!this.isOver) this.#giveRow();
    else this.#giveResult();
  }

  #giveResult(): void {
    // These effects had not ended before the crash.
    for (const { resolve } of this.#waiting.splice(0)) resolve(undefined);
    if (this.#written[0]?.isDurable !== true) return;
    this.#inside -= 1;
    this.#written.shift()?.continue();
  }

  #giveRow(): void {
    const row = this.#rows[this.#next] as JournalRow;
    const place = this.#waiting.findIndex(({ id }) => id === row.id);
    const [waiting] = place === -1 ? [] : this.#waiting.splice(place, 1);
    if (waiting === undefined) {
      const stopped = this.#waiting.splice(0);
      for (const { id, reject } of stopped) reject(this.#differs(id));
      return;
    }
    this.#next += 1;
    this.#inside -= 1;
    waiting.resolve(row);
  }

  #differs(id: string): EngineStop {
    return new EngineStop(
      'non_determinism',
      `The run asks for the effect ${JSON.stringify(id)}, and the next one in its journal is ${JSON.stringify(this.#rows[this.#next]?.id)}. Continue it with the code that started it.`,
    );
  }
}
