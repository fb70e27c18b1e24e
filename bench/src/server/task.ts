/** What the server is to do for one run; said in the prompt, so that every program can pass it on. */
export interface Task {
  /** Unlike that of any other run. */
  readonly id: string;
  /** Calls of the search tool, one a step, before the answer. */
  readonly steps: number;
  /** Pieces of the answer. */
  readonly deltas: number;
  /** Whether every streamed piece is a packet of its own, some milliseconds behind the one before. */
  readonly isPaced: boolean;
}

/** The task as a prompt. */
export function toPrompt({ id, steps, deltas, isPaced }: Task): string {
  const pace = isPaced ? 'slowly' : 'fast';
  return `Task ${id}: look through ${steps} pages, then answer in ${deltas} words, ${pace}. Be exact.`;
}

const taskPattern = /Task (\S+): look through (\d+) pages, then answer in (\d+) words, (\w+)\./;

/** Finds the task in the body of a request, whatever dialect that is in. */
export function findTask(body: string): Task {
  const [, id, steps, deltas, pace] = taskPattern.exec(body) ?? [];
  if (id === undefined) throw new Error('The request names no task.');
  return { id, steps: Number(steps), deltas: Number(deltas), isPaced: pace === 'slowly' };
}

const words = ['The', ' pages', ' say', ' that', ' rivers', ' rise', ' in', ' spring', ' and'];

/** Piece of an answer, some five characters, as a model's tokens are. */
export function answerPiece(place: number): string {
  return place === 0 ? 'Found' : (words[1 + (place % (words.length - 1))] ?? '');
}

/** The answer of so many pieces. */
export function answerText(deltas: number): string {
  return Array.from({ length: deltas }, (_, place) => answerPiece(place)).join('');
}
