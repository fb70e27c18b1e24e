import type { Program } from './programs/program.ts';
import { answerText, type Task, toPrompt } from './server/task.ts';

/** Gives tasks to a program and checks the answers: the figures of a program that skips work are worthless. */
export class TaskRunner {
  readonly #program: () => Program;
  /** Called at each call of the search tool. */
  onCall: () => void = () => undefined;
  /** The number of text deltas that streams have reported. */
  pieces = 0;
  #tasks = 0;
  #calls = 0;

  /** `program` is a function, because connecting the program needs `search`. */
  constructor(program: () => Program) {
    this.#program = program;
  }

  /** The implementation of the search tool. */
  readonly search = (query: string, page: number): string => {
    this.#calls += 1;
    this.onCall();
    return `Page ${page} on ${query}: the river rose by 1.2 m in March, and by 0.8 m in April; see also the next page.`;
  };

  /** Runs one task with whole replies. */
  async run(steps: number): Promise<void> {
    const task = this.#nextTask({ steps, deltas: 20, inPackets: false });
    check(await this.#program().run(toPrompt(task)), task);
  }

  /** Streams one answer, without calls. */
  async stream(deltas: number, { inPackets }: Pick<Task, 'inPackets'>): Promise<void> {
    const task = this.#nextTask({ steps: 0, deltas, inPackets });
    let text = '';
    await this.#program().stream(toPrompt(task), (piece) => {
      text += piece;
      this.pieces += 1;
    });
    check(text, task);
  }

  /** Runs `count` tasks in parallel. */
  async runAll(count: number, steps: number): Promise<void> {
    await Promise.all(Array.from({ length: count }, () => this.run(steps)));
  }

  /** Returns the number of calls of the search tool since the last `takeCalls`. */
  takeCalls(): number {
    const calls = this.#calls;
    this.#calls = 0;
    return calls;
  }

  #nextTask(task: Omit<Task, 'id'>): Task {
    this.#tasks += 1;
    return { ...task, id: `${process.pid}-${this.#tasks}` };
  }
}

function check(text: string, { deltas }: Task): void {
  if (text !== answerText(deltas)) throw new Error(`The answer is wrong: ${text.slice(0, 200)}`);
}
