import type { Json, JsonObject } from './json.ts';

/**
 * A reply given in advance. `text` is what the model writes; the server's parser reads it. `calls` are written
 * in the format that the prompt asks for, and read the same way. `raw` is sent unchanged as the response body
 * (a string, or JSON, or for a stream the list of its chunks). `error` is an HTTP error.
 */
export type ScriptedReply =
  | { text: string; finishReason?: 'stop' | 'length' }
  | { calls: { name: string; arguments: JsonObject }[] }
  | { raw: Json }
  | { error: { status: number; body?: Json; headers?: Record<string, string> } };

/** A queue of replies. If it is empty, the stand-in answers. */
export class Script {
  readonly #replies: ScriptedReply[];

  constructor(replies: readonly ScriptedReply[] = []) {
    this.#replies = [...replies];
  }

  /** Adds replies at the end. */
  push(...replies: ScriptedReply[]): void {
    this.#replies.push(...replies);
  }

  /** The number of replies in the queue. */
  get remaining(): number {
    return this.#replies.length;
  }

  /** Removes and returns the next reply, if any. */
  next(): ScriptedReply | undefined {
    return this.#replies.shift();
  }
}
