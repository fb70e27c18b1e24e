import {
  type Agent,
  type AgentRun,
  type RunEvent,
  type RunResult,
  type RunStateJson,
  Session,
  TurnwiseError,
} from '@turnwise/core';

/** How to observe and stop an answer. */
export interface AnswerOptions {
  readonly signal: AbortSignal;
  /** Called for every event of the run. */
  readonly onEvent: (event: RunEvent) => void;
}

/** A conversation with an agent. Its session keeps all messages if an answer is aborted or fails. */
export class Conversation {
  readonly #agent: Agent;
  readonly #session = new Session();
  #failed: RunStateJson | undefined;

  constructor(agent: Agent) {
    this.#agent = agent;
  }

  /** Whether the last answer failed, so that `retry` can be called. */
  get hasFailed(): boolean {
    return this.#failed !== undefined;
  }

  /** Sends an input and reports the events of the answer. Throws the error of a failed run. */
  answer(input: string, { signal, onEvent }: AnswerOptions): Promise<RunResult> {
    return this.#observe(this.#agent.stream(input, { session: this.#session, signal }), onEvent);
  }

  /** Requests the failed answer again. */
  retry({ signal, onEvent }: AnswerOptions): Promise<RunResult> {
    const run = this.#agent.resume(this.#failed ?? null, { session: this.#session, signal });
    return this.#observe(run, onEvent);
  }

  async #observe(run: AgentRun<string>, onEvent: (event: RunEvent) => void): Promise<RunResult> {
    try {
      for await (const event of run) onEvent(event);
      this.#failed = undefined;
      return await run.result;
    } catch (thrown) {
      if (thrown instanceof TurnwiseError) this.#failed = thrown.state;
      throw thrown;
    }
  }
}
