import type { ReadImage } from '../images/read-image.ts';
import { isPromiseLike } from '../promise-like.ts';
import type { UserInput } from '../turns/turn.ts';
import { type AgentInput, type DraftInput, draftInput, readInput } from './read-input.ts';

/** Inputs that wait until a run looks at them; only then are their images read. */
export class InputQueue {
  readonly #readImage: ReadImage;
  readonly #signal: AbortSignal;
  readonly #drafts: DraftInput[] = [];
  readonly #ready: UserInput[] = [];

  constructor(readImage: ReadImage, signal: AbortSignal) {
    this.#readImage = readImage;
    this.#signal = signal;
  }

  /** Whether nothing waits. */
  get isEmpty(): boolean {
    return this.#drafts.length === 0 && this.#ready.length === 0;
  }

  /** Lets an input wait. Throws `invalid_options` for one that is empty or no input. */
  put(input: AgentInput): void {
    this.#drafts.push(draftInput(input));
  }

  /**
   * What waits, oldest first; at once where no image has to be read. Rejects for an input with an image that cannot be read:
   * that input is gone, and the others are taken the next time. After an abort, inputs whose images had to be fetched stay behind.
   */
  take(): readonly UserInput[] | Promise<readonly UserInput[]> {
    for (let draft = this.#drafts.shift(); draft !== undefined; draft = this.#drafts.shift()) {
      const input = readInput(draft, this.#readImage, this.#signal);
      if (isPromiseLike(input)) return this.#takeOnceRead(draft, input);
      this.#ready.push(input);
    }
    return this.#ready.splice(0);
  }

  async #takeOnceRead(
    draft: DraftInput,
    reading: Promise<UserInput>,
  ): Promise<readonly UserInput[]> {
    try {
      this.#ready.push(await reading);
    } catch (thrown) {
      if (!this.#signal.aborted) throw thrown;
      this.#drafts.unshift(draft);
      return this.#ready.splice(0);
    }
    return this.take();
  }

  /** What waits and can be read. Never rejects. */
  async takeReadable(): Promise<readonly UserInput[]> {
    try {
      return await this.take();
    } catch {
      return await this.takeReadable();
    }
  }
}
