/** The tool that every program offers: the same name, description, parameters and work. */
export interface SearchTool {
  readonly name: string;
  readonly description: string;
  /** Looks up a page; returns a short text at once. */
  readonly execute: (query: string, page: number) => string;
}

/** What a program is connected with. */
export interface Connection {
  /** Up to and without `/chat/completions`. */
  readonly baseURL: string;
  readonly model: string;
  readonly instructions: string;
  readonly tool: SearchTool;
  /** How many tools are offered, the search tool among them; the others are never called. */
  readonly toolCount: number;
  /** Steps that a run may take. */
  readonly maxSteps: number;
}

/** An agent program that is measured. */
export interface Program {
  /** Runs until the model answers, with whole replies, and gives the answer. */
  run(prompt: string): Promise<string>;
  /** The same, with replies in pieces: `onText` gets each piece of the answer as the program sees it. */
  stream(prompt: string, onText: (piece: string) => void): Promise<void>;
}

/** A module with a program. It imports its libraries in `load` alone, so that loading them can be measured. */
export interface ProgramModule {
  /** Imports what a user of the library imports. */
  load(): Promise<unknown>;
  connect(connection: Connection): Promise<Program>;
}

/** The names of the tools that are offered beside the search tool. */
export function otherToolNames(toolCount: number): string[] {
  return Array.from({ length: toolCount - 1 }, (_, index) => `look_up_register_${index + 1}`);
}

/** What the parameters are called and mean, for programs that say them as JSON Schema. */
export const searchParameters = {
  type: 'object',
  properties: {
    query: { type: 'string', description: 'Words to look for.' },
    page: { type: 'integer', description: 'Page of the results, from 0.' },
  },
  required: ['query', 'page'],
  additionalProperties: false,
} as const;
