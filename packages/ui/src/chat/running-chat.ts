import type { AgentRun } from '@turnwise/core';
import type { AiUiChunk } from '../ai-ui/ai-ui-chunk.ts';
import type { AiUiMessage } from '../ai-ui/ai-ui-message.ts';
import { readRun } from '../ai-ui/read-run.ts';
import { sseDone, sseEvent } from '../http/sse.ts';
import { EventLog } from './event-log.ts';
import type { PreparedRun } from './prepare-run.ts';

/** How a client gets the events. */
export interface ClientOptions {
  /** Whether it needs the earlier part of the message. */
  readonly isWhole: boolean;
  readonly keepAliveMs: number;
  readonly onCancel: () => void;
}

/** A run whose events are kept until it ends, for clients that come later. It does not wait for clients. */
export class RunningChat {
  /** The conversation before the run, with the new message of the user. */
  readonly messages: readonly AiUiMessage[];
  readonly #run: AgentRun<unknown>;
  readonly #before: readonly AiUiChunk[];
  readonly #start: AiUiChunk;
  readonly #log = new EventLog();
  /** Resolves when the session is saved. */
  readonly ended: Promise<void>;

  private constructor(
    prepared: PreparedRun,
    {
      run,
      start,
      chunks,
    }: {
      readonly run: AgentRun<unknown>;
      readonly start: AiUiChunk;
      readonly chunks: AsyncIterable<AiUiChunk>;
    },
    onEnd: (ended: RunningChat) => void,
  ) {
    this.messages = prepared.messages;
    this.#before = prepared.before;
    this.#run = run;
    this.#start = start;
    this.ended = this.#readAll(chunks, onEnd);
  }

  /**
   * Starts a run. `onEnd` is called when the session is saved, before clients get the last event. Rejects with the error of a
   * run that was refused.
   */
  static async start(
    prepared: PreparedRun,
    onEnd: (ended: RunningChat) => void,
  ): Promise<RunningChat> {
    const run = prepared.start();
    const chunks = readRun(run, prepared.shown);
    const { value: start } = await chunks.next();
    // Every run that was not refused reports that it has started.
    return new RunningChat(prepared, { run, start: start as AiUiChunk, chunks }, onEnd);
  }

  /** All events so far, and then each new one. */
  read({ isWhole, ...options }: ClientOptions): ReadableStream<Uint8Array> {
    const before = [this.#start, ...(isWhole ? this.#before : [])].map(sseEvent);
    return this.#log.read({ before, ...options });
  }

  abort(): void {
    this.#run.abort();
  }

  async #readAll(
    chunks: AsyncIterable<AiUiChunk>,
    onEnd: (ended: RunningChat) => void,
  ): Promise<void> {
    for await (const chunk of chunks) this.#log.add(sseEvent(chunk));
    // The last chunk was added in this tick, so that a client that has it may send its next request at once.
    onEnd(this);
    this.#log.add(sseDone);
    this.#log.end();
  }
}
