import { randomUUID } from 'node:crypto';
import {
  type Agent,
  type AgentRun,
  type JsonValue,
  type RunEvent,
  type RunResult,
  Transcript,
  TurnwiseError,
} from '@turnwise/core';

/** How to observe and stop an answer. */
export interface AnswerOptions {
  readonly signal: AbortSignal;
  /** Called for every event of the run. */
  readonly onEvent: (event: RunEvent) => void;
}

/** A conversation with an agent. It keeps all messages if an answer is aborted or fails. */
export class Conversation {
  readonly #agent: Agent;
  readonly #id = randomUUID();
  #transcript: Transcript = Transcript.empty();
  #failed: JsonValue | undefined;

  constructor(agent: Agent) {
    this.#agent = agent;
  }

  /** Whether the last answer failed, so that `retry` can be called. */
  get hasFailed(): boolean {
    return this.#failed !== undefined;
  }

  /** Sends an input and reports the events of the answer. Throws the error of a failed run. */
  answer(input: string, options: AnswerOptions): Promise<RunResult> {
    const { signal } = options;
    const run =
      this.#failed === undefined
        ? this.#agent.stream(input, {
            transcript: this.#transcript,
            conversationId: this.#id,
            signal,
          })
        : this.#agent.resume(this.#failed, { input: input, signal });
    return this.#observe(run, options);
  }

  /** Requests the failed answer again. */
  retry(options: AnswerOptions): Promise<RunResult> {
    const { signal } = options;
    return this.#observe(this.#agent.resume(this.#failed ?? null, { signal }), options);
  }

  async #observe(run: AgentRun<string>, { onEvent }: AnswerOptions): Promise<RunResult> {
    try {
      for await (const event of run) onEvent(event);
      const result = await run.result;
      this.#transcript = result.transcript;
      this.#failed = undefined;
      return result;
    } catch (thrown) {
      if (thrown instanceof TurnwiseError) this.#failed = thrown.state;
      throw thrown;
    }
  }
}
