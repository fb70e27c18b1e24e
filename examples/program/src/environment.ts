/** What a program gets when it starts: from the terminal, or from a test. */
export interface Environment {
  /** The arguments after the name of the program. */
  readonly arguments: readonly string[];
  readonly variables: Readonly<Record<string, string | undefined>>;
  /** The folder in which the user started the program. */
  readonly folder: string;
  readonly input: NodeJS.ReadableStream;
  readonly output: TextStream;
  readonly errors: TextStream;
  /** Calls `listener` at Ctrl-C; the returned function removes it. Without a listener, Ctrl-C ends the program. */
  onInterrupt(listener: () => void): () => void;
}

/** An output of a program. */
export interface TextStream extends NodeJS.WritableStream {
  /** Whether it is a terminal. */
  readonly isTTY?: boolean;
}

/** A program. It returns its exit code. An error that it throws is printed in one line; the code is 1, or 2 for a `UsageError`. */
export type Main = (environment: Environment) => Promise<number>;
