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

/** How an answer is followed and stopped. */
export interface AnswerOptions {
  readonly signal: AbortSignal;
  /** Hears every event of the run. */
  readonly hear: (event: RunEvent) => void;
}

/** A conversation with an agent. Nothing that was said is lost where an answer is aborted or fails. */
export class Conversation {
  readonly #agent: Agent;
  readonly #id = randomUUID();
  #transcript: Transcript = Transcript.empty();
  #failed: JsonValue | undefined;

  constructor(agent: Agent) {
    this.#agent = agent;
  }

  /** Whether the last answer failed, so that `retry` has something to do. */
  get hasFailed(): boolean {
    return this.#failed !== undefined;
  }

  /** Says something and follows the answer. Throws what the run fails with. */
  answer(said: string, options: AnswerOptions): Promise<RunResult> {
    const { signal } = options;
    const run =
      this.#failed === undefined
        ? this.#agent.stream(said, {
            transcript: this.#transcript,
            conversationId: this.#id,
            signal,
          })
        : this.#agent.resume(this.#failed, { input: said, signal });
    return this.#follow(run, options);
  }

  /** Asks again for the answer that failed. */
  retry(options: AnswerOptions): Promise<RunResult> {
    return this.#follow(this.#agent.resume(this.#failed ?? null, options), options);
  }

  async #follow(run: AgentRun, { hear }: AnswerOptions): Promise<RunResult> {
    try {
      for await (const event of run) hear(event);
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
