/** What the server must do for one run. It is part of the prompt, so that every program can send it. */
export interface Task {
  /** Unique for each run. */
  readonly id: string;
  /** The number of calls of the search tool before the answer, one in each step. */
  readonly steps: number;
  /** The number of deltas of the answer. */
  readonly deltas: number;
  /** Whether each delta is in a separate packet, some milliseconds after the one before. */
  readonly inPackets: boolean;
}

/** Formats the task as a prompt. */
export function toPrompt({ id, steps, deltas, inPackets }: Task): string {
  const speed = inPackets ? 'slowly' : 'fast';
  return `Task ${id}: look through ${steps} pages, then answer in ${deltas} words, ${speed}. Be exact.`;
}

const taskPattern = /Task (\S+): look through (\d+) pages, then answer in (\d+) words, (\w+)\./;

/** Finds the task in the body of a request of any dialect. */
export function findTask(body: string): Task {
  const [, id, steps, deltas, speed] = taskPattern.exec(body) ?? [];
  if (id === undefined) throw new Error('The request does not contain a task.');
  return { id, steps: Number(steps), deltas: Number(deltas), inPackets: speed === 'slowly' };
}

const words = ['The', ' pages', ' say', ' that', ' rivers', ' rise', ' in', ' spring', ' and'];

/** A delta of an answer, with about five characters, like a token. */
export function answerPiece(index: number): string {
  return index === 0 ? 'Found' : (words[1 + (index % (words.length - 1))] ?? '');
}

/** The whole answer. */
export function answerText(deltas: number): string {
  return Array.from({ length: deltas }, (_, index) => answerPiece(index)).join('');
}
