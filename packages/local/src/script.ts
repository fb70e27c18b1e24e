import type { Json, JsonObject } from './json.ts';

/**
 * A reply given in advance. `text` is what the model writes, read by the server's own parser; `calls` is
 * written in the form that the prompt asks for, and read the same way; `raw` is the response body as it is
 * (a string, or JSON, or for a stream the list of its chunks); `error` is an HTTP error.
 */
export type ScriptedReply =
  | { text: string; finishReason?: 'stop' | 'length' }
  | { calls: { name: string; arguments: JsonObject }[] }
  | { raw: Json }
  | { error: { status: number; body?: Json; headers?: Record<string, string> } };

/** The replies still to come. When none is left, the stand-in answers again. */
export class Script {
  readonly #replies: ScriptedReply[];

  constructor(replies: readonly ScriptedReply[] = []) {
    this.#replies = [...replies];
  }

  /** Adds replies at the end. */
  push(...replies: ScriptedReply[]): void {
    this.#replies.push(...replies);
  }

  /** How many replies have not been played. */
  get remaining(): number {
    return this.#replies.length;
  }

  /** Takes the next reply, if any. */
  next(): ScriptedReply | undefined {
    return this.#replies.shift();
  }
}
