/** The tool of every program: the same name, description, parameters and implementation. */
export interface SearchTool {
  readonly name: string;
  readonly description: string;
  /** Looks up a page; returns a short text synchronously. */
  readonly execute: (query: string, page: number) => string;
}

/** The settings of a program. */
export interface Connection {
  /** The address without `/chat/completions`. */
  readonly baseURL: string;
  readonly model: string;
  readonly instructions: string;
  readonly tool: SearchTool;
  /** The number of tools, including the search tool; the others are never called. */
  readonly toolCount: number;
  /** The maximum number of steps of a run. */
  readonly maxSteps: number;
}

/** An agent program to measure. */
export interface Program {
  /** Runs with whole replies until the model answers, and returns the answer. */
  run(prompt: string): Promise<string>;
  /** Runs with streamed replies; `onText` receives each delta that the program reports. */
  stream(prompt: string, onText: (piece: string) => void): Promise<void>;
}

/** A module with a program. Only `load` and `connect` import its libraries, so that loading them can be measured. */
export interface ProgramModule {
  /** Imports the modules that a user of the library imports. */
  load(): Promise<unknown>;
  connect(connection: Connection): Promise<Program>;
}

/** The names of the other tools. */
export function otherToolNames(toolCount: number): string[] {
  return Array.from({ length: toolCount - 1 }, (_, index) => `look_up_register_${index + 1}`);
}

/** The parameters as JSON Schema, for programs that use it. */
export const searchParameters = {
  type: 'object',
  properties: {
    query: { type: 'string', description: 'The text to search for.' },
    page: { type: 'integer', description: 'Page of the results, from 0.' },
  },
  required: ['query', 'page'],
  additionalProperties: false,
} as const;
