import type { ParsedDelta, ParsedReply } from '../dialect/dialect.ts';
import type { Fix } from '../dialect/fix.ts';
import { TurnwiseError } from '../errors.ts';
import { isJsonObject, isNonEmpty, type JsonObject } from '../json.ts';
import type { Model, ModelReply, ModelRequest } from '../model/model.ts';
import { checkOptions, option } from '../options.ts';

/** One scripted reply, or an error instead of a reply. */
export type ScriptedReply =
  | { readonly parsed: ParsedReply; readonly pieces?: readonly string[] }
  | { readonly error: Error };

/** A model that returns scripted replies and records its requests. */
export interface ScriptedModel extends Model {
  /** Every request so far, oldest first. */
  readonly requests: readonly ModelRequest[];
}

/** A reply with a text; `pieces` are its deltas. */
export function says(
  text: string,
  options: { readonly pieces?: readonly string[] } = {},
): ScriptedReply {
  checkOptions(options, { name: 'says()', known: { pieces: option.strings } });
  const { pieces = [text] } = options;
  return { parsed: { kind: 'text', text, fixes: [] }, pieces };
}

/** A reply with one call. */
export function callsTool(name: string, input: JsonObject = {}): ScriptedReply {
  return callsTools([name, input]);
}

/** A reply with several calls. */
export function callsTools(
  ...calls: readonly (readonly [name: string, input: JsonObject])[]
): ScriptedReply {
  const wrong = calls.find(([name, input]) => typeof name !== 'string' || !isJsonObject(input));
  if (wrong !== undefined) {
    throw new TurnwiseError(
      'invalid_options',
      'A call of a script needs a name and an object of arguments, such as callsTool("add", { a: 1 }).',
    );
  }
  const parsed = calls.map(([name, input]) => ({ name, arguments: input }));
  if (!isNonEmpty(parsed)) throw new RangeError('callsTools needs at least one call.');
  return { parsed: { kind: 'calls', calls: parsed, fixes: [] } };
}

/** An empty reply, which cannot be used. */
export function saysNothing(fixes: readonly Fix[] = []): ScriptedReply {
  return { parsed: { kind: 'unusable', problem: 'The reply was empty.', fixes } };
}

/** A request that fails with an error. */
export function fails(error: Error): ScriptedReply {
  return { error };
}

/**
 * A model that returns the scripted replies one after the other, without a network. Throws `invalid_options` if the script is
 * not a list of replies.
 * A request after the last reply fails: the run rejects with `run_failed`, and the `cause` is a `RangeError`.
 *
 * @example
 * const model = scriptedModel([callsTool('add', { a: 1, b: 2 }), says('3')]);
 */
export function scriptedModel(script: readonly ScriptedReply[]): ScriptedModel {
  checkScript(script);
  const requests: ModelRequest[] = [];
  return {
    id: 'scripted',
    requests,
    async *request(request, signal) {
      signal.throwIfAborted();
      const reply = script[requests.length];
      requests.push(request);
      yield {
        type: 'request-prepared',
        dialect: 'native',
        messages: request.transcript.turns.length,
        estimatedTokens: 0,
        tools: request.tools?.length ?? 0,
      };
      if (reply === undefined) {
        throw new RangeError(
          `The script has ${script.length} replies, and this is request ${requests.length}.`,
        );
      }
      if ('error' in reply) throw reply.error;
      if (request.stream) yield* deltasOf(reply);
      signal.throwIfAborted();
      return toReply(reply.parsed);
    },
  };
}

function checkScript(script: readonly unknown[]): void {
  const isReply = (entry: unknown) =>
    isJsonObject(entry) && (isJsonObject(entry.parsed) || entry.error !== undefined);
  if (Array.isArray(script) && script.every(isReply)) return;
  const place = Array.isArray(script)
    ? `script[${script.findIndex((e) => !isReply(e))}]`
    : 'script';
  throw new TurnwiseError(
    'invalid_options',
    `${place} of scriptedModel() is not a reply. Write scriptedModel([callsTool('add', { a: 1 }), says('1')]).`,
  );
}

function* deltasOf({
  parsed,
  pieces,
}: Extract<ScriptedReply, { parsed: ParsedReply }>): Generator<ParsedDelta> {
  if (parsed.kind === 'text') {
    for (const text of pieces ?? [parsed.text]) yield { type: 'text-delta', text };
  } else if (parsed.kind === 'calls') {
    for (const [index, call] of parsed.calls.entries()) {
      yield {
        type: 'call-delta',
        index,
        name: call.name,
        arguments: JSON.stringify(call.arguments),
      };
    }
  }
}

function toReply(parsed: ParsedReply): ModelReply {
  const usage = { inputTokens: 0, outputTokens: 0, cachedInputTokens: 0 };
  const text = parsed.kind === 'text' ? parsed.text : '';
  const finishReason = parsed.kind === 'calls' ? 'tool-calls' : 'stop';
  return {
    parsed,
    raw: { text, reasoning: '', calls: [], finishReason, usage },
    usage,
    finishReason,
    dialect: 'native',
  };
}
