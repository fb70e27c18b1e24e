import { bounded } from '../bounded.ts';
import type { ReadImage } from '../images/read-image.ts';
import { isPromiseLike } from '../promise-like.ts';
import type { InboxInput } from '../run/state/run-setup.ts';
import type { UserInput } from '../turns/turn.ts';
import { type AgentInput, type DraftInput, draftInput, readInput } from './read-input.ts';

/** Milliseconds that an aborted run may still read images. */
const graceMs = 50;

interface NamedDraft {
  readonly id: string | undefined;
  readonly parts: DraftInput;
}

/** Inputs that wait until the run polls its inbox; their images are read only then. */
export class InputQueue {
  readonly #readImage: ReadImage;
  readonly #signal: AbortSignal;
  #drafts: NamedDraft[] = [];
  #ready: InboxInput[] = [];

  constructor(readImage: ReadImage, signal: AbortSignal) {
    this.#readImage = readImage;
    this.#signal = signal;
  }

  /** Whether no input waits. */
  get isEmpty(): boolean {
    return this.#drafts.length === 0 && this.#ready.length === 0;
  }

  /** Adds an input. Throws `invalid_options` if it is empty or not an input. */
  put(input: AgentInput, id?: string | undefined): void {
    this.#drafts.push({ id, parts: draftInput(input) });
  }

  /** Removes the inputs that have an id. */
  dropNamed(): void {
    this.#drafts = this.#drafts.filter(({ id }) => id === undefined);
    this.#ready = this.#ready.filter(({ id }) => id === undefined);
  }

  /**
   * Takes the inputs, oldest first; a promise only if images must be read. Rejects for an input with an image that cannot
   * be read: that input is dropped, and the next call takes the others. After an abort, inputs with images that are not read
   * yet stay in the queue.
   */
  take(): readonly InboxInput[] | Promise<readonly InboxInput[]> {
    for (let draft = this.#drafts.shift(); draft !== undefined; draft = this.#drafts.shift()) {
      const input = readInput(draft.parts, this.#readImage, this.#signal);
      if (isPromiseLike(input)) return this.#takeOnceRead(draft, input);
      this.#ready.push(named(input, draft));
    }
    return this.#ready.splice(0);
  }

  async #takeOnceRead(
    draft: NamedDraft,
    reading: Promise<UserInput>,
  ): Promise<readonly InboxInput[]> {
    // After an abort, images in memory are still read for the saved state, but nothing slow.
    const limit = this.#signal.aborted ? AbortSignal.timeout(graceMs) : this.#signal;
    try {
      this.#ready.push(named(await bounded(limit, () => reading), draft));
    } catch (thrown) {
      if (!this.#signal.aborted) throw thrown;
      this.#drafts.unshift(draft);
      return this.#ready.splice(0);
    }
    return this.take();
  }

  /** Takes the inputs that can be read. Never rejects. */
  async takeReadable(): Promise<readonly InboxInput[]> {
    try {
      return await this.take();
    } catch {
      return await this.takeReadable();
    }
  }
}

function named({ parts }: UserInput, { id }: NamedDraft): InboxInput {
  return id === undefined ? { parts } : { id, parts };
}
