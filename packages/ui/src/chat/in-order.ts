/** Runs the actions of one key one after the other; those of different keys do not wait for each other. */
export class InOrder {
  readonly #last = new Map<string, Promise<unknown>>();

  /** The result of `action`, which begins when the earlier ones have ended. */
  async run<Result>(key: string, action: () => Promise<Result>): Promise<Result> {
    const before = this.#last.get(key) ?? Promise.resolve();
    const mine = before.then(action, action);
    this.#last.set(key, mine);
    try {
      return await mine;
    } finally {
      if (this.#last.get(key) === mine) this.#last.delete(key);
    }
  }
}
