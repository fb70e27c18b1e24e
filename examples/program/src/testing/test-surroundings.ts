import { PassThrough, Writable } from 'node:stream';
import type { Surroundings } from '../surroundings.ts';

/** Surroundings for a test: what the program writes is kept, and Ctrl-C is pressed by hand. */
export interface TestSurroundings extends Surroundings {
  /** What the program reads; `end()` says that nothing more comes. */
  readonly input: PassThrough;
  /** Everything written to the output so far. */
  readonly outputText: string;
  /** Everything written to the errors so far. */
  readonly errorText: string;
  /** Presses Ctrl-C. */
  interrupt(): void;
  /** Resolves as soon as the output holds this text. */
  whenOutputHas(text: string): Promise<void>;
  /** Resolves as soon as the errors hold this text. */
  whenErrorsHave(text: string): Promise<void>;
}

/** Makes surroundings; without an environment, the embedded endpoint answers. */
export function testSurroundings(
  given: Partial<Pick<Surroundings, 'arguments' | 'environment' | 'folder'>> = {},
): TestSurroundings {
  const output = new KeptText();
  const errors = new KeptText();
  const listeners = new Set<() => void>();
  return {
    arguments: given.arguments ?? [],
    environment: given.environment ?? {},
    folder: given.folder ?? process.cwd(),
    input: new PassThrough(),
    output,
    errors,
    get outputText() {
      return output.text;
    },
    get errorText() {
      return errors.text;
    },
    interrupt() {
      for (const listener of listeners) listener();
    },
    whenOutputHas: (text) => output.whenHas(text),
    whenErrorsHave: (text) => errors.whenHas(text),
    onInterrupt(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

class KeptText extends Writable {
  text = '';
  #waiting: { readonly text: string; readonly resolve: () => void }[] = [];

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.text += chunk.toString();
    const isThere = (one: { readonly text: string }) => this.text.includes(one.text);
    for (const { resolve } of this.#waiting.filter(isThere)) resolve();
    this.#waiting = this.#waiting.filter((one) => !isThere(one));
    done();
  }

  whenHas(text: string): Promise<void> {
    if (this.text.includes(text)) return Promise.resolve();
    return new Promise((resolve) => this.#waiting.push({ text, resolve }));
  }
}
