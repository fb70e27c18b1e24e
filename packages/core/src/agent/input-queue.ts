import type { UserInput } from '../turns/turn.ts';
import type { ReadImage } from './read-image.ts';
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
   * What waits, oldest first. Rejects for an input with an image that cannot be read: that input is gone, and the others are
   * taken the next time. After an abort, inputs whose images had to be fetched stay behind.
   */
  async take(): Promise<readonly UserInput[]> {
    for (let draft = this.#drafts.shift(); draft !== undefined; draft = this.#drafts.shift()) {
      try {
        this.#ready.push(await readInput(draft, this.#readImage, this.#signal));
      } catch (thrown) {
        if (!this.#signal.aborted) throw thrown;
        this.#drafts.unshift(draft);
        break;
      }
    }
    return this.#ready.splice(0);
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
