import { checkOptions } from './check-options.ts';
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
    replies.forEach(checkReply);
    this.#replies = [...replies];
  }

  /** Adds replies at the end. */
  push(...replies: ScriptedReply[]): void {
    replies.forEach(checkReply);
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

/** Throws `invalid_options` for a field that this kind of reply does not have. */
function checkReply(reply: ScriptedReply): void {
  const kind = ['calls', 'raw', 'error'].find((each) => Object.hasOwn(Object(reply), each));
  const known = kind === undefined ? ['text', 'finishReason'] : [kind];
  checkOptions(reply, { name: 'a scripted reply', known });
  if ('error' in reply) {
    const fields = ['status', 'body', 'headers'];
    checkOptions(reply.error, { name: 'the error of a scripted reply', known: fields });
  }
  if (!('calls' in reply)) return;
  for (const call of reply.calls) {
    checkOptions(call, { name: 'a call of a scripted reply', known: ['name', 'arguments'] });
  }
}
