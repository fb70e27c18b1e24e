import type { JsonValue } from '../json.ts';
import { toPlainJson } from './to-plain-json.ts';

/** The questions of one execution of a tool. Those that have an answer get it at once; the next one ends the execution. */
export class Questions {
  readonly #answers: readonly JsonValue[];
  #asked = 0;
  #open: { readonly question: JsonValue } | undefined;

  constructor(answers: readonly JsonValue[] = noAnswers) {
    this.#answers = answers;
  }

  /** The first question without an answer. */
  get open(): { readonly question: JsonValue } | undefined {
    return this.#open;
  }

  /** `ask` of the context of the tool. */
  readonly ask = (question: JsonValue): Promise<JsonValue> => {
    const answer = this.#answers[this.#asked];
    this.#asked += 1;
    if (answer !== undefined) return Promise.resolve(answer);
    const ending = new Promise<never>((_resolve, reject) => {
      this.#open ??= { question: toPlainJson(question) };
      reject(new QuestionOpen());
    });
    // A tool may ask without waiting for the answer.
    ending.catch(() => undefined);
    return ending;
  };
}

const noAnswers: readonly JsonValue[] = [];

/** Ends an execution, so that its `finally` blocks run. */
class QuestionOpen extends Error {
  constructor() {
    super('The tool asked a question. It is executed again with the answer.');
    this.name = 'QuestionOpen';
  }
}
