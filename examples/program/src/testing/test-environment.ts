import { PassThrough, Writable } from 'node:stream';
import type { Environment } from '../environment.ts';

/** The environment of a test: it records what the program writes, and `interrupt` is Ctrl-C. */
export interface TestEnvironment extends Environment {
  /** What the program reads; call `end()` after the last input. */
  readonly input: PassThrough;
  /** All text written to the output. */
  readonly outputText: string;
  /** All text written to the errors. */
  readonly errorText: string;
  /** Simulates Ctrl-C. */
  interrupt(): void;
  /** Resolves once the output contains this text. */
  whenOutputHas(text: string): Promise<void>;
  /** Resolves once the errors contain this text. */
  whenErrorsHave(text: string): Promise<void>;
}

/** Creates an environment. Without variables, the embedded endpoint answers. */
export function testEnvironment(
  given: Partial<Pick<Environment, 'arguments' | 'variables' | 'folder'>> = {},
): TestEnvironment {
  const output = new RecordedText();
  const errors = new RecordedText();
  const listeners = new Set<() => void>();
  return {
    arguments: given.arguments ?? [],
    variables: given.variables ?? {},
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

class RecordedText extends Writable {
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
