import type { Program } from './programs/program.ts';
import { answerText, type Task, toPrompt } from './server/task.ts';

/** Asks a program, and checks that it did the work: a figure of a program that cuts corners says nothing. */
export class Asker {
  readonly #program: () => Program;
  /** Sees each call of the search tool. */
  onCall: () => void = () => undefined;
  /** Pieces of text that streams have shown so far. */
  pieces = 0;
  #asked = 0;
  #calls = 0;

  /** The program may be connected later than the asker is made, since it is given `search`. */
  constructor(program: () => Program) {
    this.#program = program;
  }

  /** The search tool's work. */
  readonly search = (query: string, page: number): string => {
    this.#calls += 1;
    this.onCall();
    return `Page ${page} on ${query}: the river rose by 1.2 m in March, and by 0.8 m in April; see also the next page.`;
  };

  /** One run, whole replies. */
  async run(steps: number): Promise<void> {
    const task = this.#nextTask({ steps, deltas: 20, isPaced: false });
    check(await this.#program().run(toPrompt(task)), task);
  }

  /** One streamed answer, without calls. */
  async stream(deltas: number, { isPaced }: Pick<Task, 'isPaced'>): Promise<void> {
    const task = this.#nextTask({ steps: 0, deltas, isPaced });
    let text = '';
    await this.#program().stream(toPrompt(task), (piece) => {
      text += piece;
      this.pieces += 1;
    });
    check(text, task);
  }

  /** Runs at once. */
  async runAll(count: number, steps: number): Promise<void> {
    await Promise.all(Array.from({ length: count }, () => this.run(steps)));
  }

  /** How often the search tool was called since the last time this was asked. */
  takeCalls(): number {
    const calls = this.#calls;
    this.#calls = 0;
    return calls;
  }

  #nextTask(task: Omit<Task, 'id'>): Task {
    this.#asked += 1;
    return { ...task, id: `${process.pid}-${this.#asked}` };
  }
}

function check(text: string, { deltas }: Task): void {
  if (text !== answerText(deltas)) throw new Error(`The answer is wrong: ${text.slice(0, 200)}`);
}
