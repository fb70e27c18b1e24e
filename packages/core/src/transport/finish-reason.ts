import type { FinishReason } from '../dialect/wire.ts';
import { isJsonObject, type JsonValue } from '../json.ts';

/** A finish reason as a server wrote it, and what it means. */
export interface ServerFinish {
  /** `error`: the server stopped before the reply was complete, and not because of its length. */
  readonly meaning: FinishReason | 'error';
  /** The server's own spelling. */
  readonly text: string;
}

/**
 * Interprets the `finish_reason` of a choice. Case, separators and prefixes such as `FinishReason.` do not matter.
 * Returns `undefined` if the server gave no reason: missing, null, empty, or the text `null`.
 */
export function readFinishReason(value: JsonValue | undefined): ServerFinish | undefined {
  const text = textOf(value);
  if (text === '') return undefined;
  // Most servers write the name of OpenAI, which needs no normalising.
  const known = exactMeanings.get(text);
  if (known !== undefined) return { meaning: known, text };
  const name = normalise(text);
  if (emptyNames.has(name)) return undefined;
  return { meaning: exactMeanings.get(name) ?? meaningOfParts(name.split('_')), text };
}

/** Some servers send an object with a `type`, or a number. */
function textOf(value: JsonValue | undefined): string {
  if (value === undefined || value === null || value === false) return '';
  if (typeof value === 'string') return value.trim();
  if (isJsonObject(value) && typeof value.type === 'string') return value.type.trim();
  return JSON.stringify(value);
}

/** `FinishReason.MAX_TOKENS`, `maxTokens` and `max-tokens` all become `max_tokens`. */
function normalise(text: string): string {
  return text
    .replace(/([a-z\d])([A-Z])/g, '$1_$2')
    .toLowerCase()
    .replace(/[^a-z\d]+/g, '_')
    .replace(/^_|_$/g, '')
    .replace(/^(?:(?:finish|stop)_reason_)+(?=.)/, '');
}

const emptyNames: ReadonlySet<string> = new Set(['', 'null', 'none', 'undefined']);

/** Names that must be known as a whole; every other name is judged by its parts. */
const exactMeanings: ReadonlyMap<string, ServerFinish['meaning']> = new Map<
  string,
  ServerFinish['meaning']
>(
  Object.entries({
    stop:
      'stop stopped stop_sequence stop_sequence_found stop_string stop_string_found stop_token stop_word ' +
      'eos eos_token eos_found eot end end_turn end_of_text end_of_turn complete completed done finished success',
    'tool-calls':
      'tool_calls tool_call tool_use tool function_call function_calls call_tool calls requires_action',
    // `error_limit` (Cohere) means that the context is full.
    length: 'length limit error_limit',
    // These contain a part that another list contains.
    error:
      'user_stopped stopped_by_user not_finished ' +
      'unexpected_tool_call too_many_tool_calls malformed_function_call malformed_tool_use',
    other: 'other unknown unspecified',
  }).flatMap(([meaning, names]) =>
    names.split(' ').map((name) => [name, meaning as ServerFinish['meaning']] as const),
  ),
);

/**
 * The first list that contains a part of the name decides: a filter first, then a limit of time or requests, which is an error,
 * then a limit of the reply, then an error, then calls.
 */
const meaningfulParts: readonly (readonly [ServerFinish['meaning'], ReadonlySet<string>])[] = [
  [
    'content-filter',
    new Set(
      (
        'filter filtered filtering safety unsafe blocked blocklist prohibited refusal refused recitation spii pii ' +
        'sensitive moderation moderated policy guardrail guardrails toxic toxicity harm harmful copyright flagged violation language ' +
        'denied declined forbidden disallowed banned censored inappropriate nsfw'
      ).split(' '),
    ),
  ],
  [
    'error',
    new Set('rate rpm quota time deadline timeout throttled throttling concurrency'.split(' ')),
  ],
  [
    'length',
    new Set(
      (
        'length long max maximum tokens limit context ctx window full truncate truncated truncation cut cutoff budget ' +
        'incomplete unfinished partial overflow repetition repetitive repeating loop degenerate'
      ).split(' '),
    ),
  ],
  [
    'error',
    new Set(
      (
        'error errors err abort aborted cancel canceled cancelled cancellation fail failed failure fault timeout timed ' +
        'interrupt interrupted halt halted suspended user client closed disconnected hangup gone restart restarted restarting ' +
        'abnormal abnormally unexpected premature prematurely bad nan corrupt corrupted panic fatal segfault rejected insufficient unavailable overload overloaded exception crash crashed disconnect disconnected ' +
        'kill killed exhausted engine internal network system resource malformed invalid lost reset oom preempted unload ' +
        'unloaded shutdown broken terminated connection backend upstream exceeded evicted died dead stalled hung dropped shed memory'
      ).split(' '),
    ),
  ],
  ['tool-calls', new Set('tool tools function functions'.split(' '))],
];

function meaningOfParts(parts: readonly string[]): ServerFinish['meaning'] {
  const list = meaningfulParts.find(([, known]) => parts.some((part) => known.has(part)));
  return list?.[0] ?? (parts.some((part) => errorStatus.test(part)) ? 'error' : 'other');
}

/** Some gateways send the status of the failed request. */
const errorStatus = /^[45]\d\d$/;
