/** What a program is given by whoever starts it: the terminal and the environment, or a test. */
export interface Surroundings {
  /** What stands behind the program's name. */
  readonly arguments: readonly string[];
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** The folder that the user was in when the program was started. */
  readonly folder: string;
  readonly input: NodeJS.ReadableStream;
  readonly output: TextStream;
  readonly errors: TextStream;
  /** Listens to Ctrl-C; the answer stops listening. While nobody listens, Ctrl-C ends the program. */
  onInterrupt(listener: () => void): () => void;
}

/** Where text is written to. */
export interface TextStream extends NodeJS.WritableStream {
  /** Whether a human looks at it. */
  readonly isTTY?: boolean;
}

/** A program. Gives its exit code; what it throws becomes one line and the code 1, or 2 for a `UsageError`. */
export type Main = (surroundings: Surroundings) => Promise<number>;
