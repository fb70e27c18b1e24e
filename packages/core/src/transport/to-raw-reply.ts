import type { Fix } from '../dialect/fix.ts';
import type { FinishReason, RawCall, RawReply, Usage } from '../dialect/wire.ts';
import { shorten } from '../shorten.ts';
import type { ServerFinish } from './finish-reason.ts';
import { isThinkingOff, type RequestedReply } from './requested-reply.ts';

/** Everything that was read of a reply. */
export interface ReadReply {
  readonly text: string;
  readonly reasoning: string;
  readonly calls: readonly RawCall[];
  /** Entries that looked like calls and were empty. */
  readonly emptyCalls: number;
  readonly finish: ServerFinish | undefined;
  readonly usage: Usage | undefined;
  readonly silentTokens: number;
  readonly id: string | undefined;
}

/** Decides what a reply that was read to its end is: whether it was cut off, which part is the answer, and what to report. */
export function toRawReply(read: ReadReply, requested: RequestedReply): RawReply {
  const { text, reasoning, calls, emptyCalls, finish, usage, silentTokens, id } = read;
  const finishReason = findFinishReason(read, requested);
  const mayAnswerInReasoning =
    calls.length === 0 && text.trim() === '' && isThinkingOff(requested.fields ?? {});
  const fixes: Fix[] = [];
  if (finishReason === 'other' && finish !== undefined) {
    fixes.push({ kind: 'unknown-finish-reason', reason: shorten(finish.text, 100) });
  }
  if (emptyCalls > 0) fixes.push({ kind: 'ignored-empty-calls', count: emptyCalls });
  return {
    text,
    reasoning,
    calls,
    finishReason,
    ...(usage !== undefined && { usage }),
    ...(silentTokens > 0 && { silentTokens }),
    ...(id !== undefined && { id }),
    ...(mayAnswerInReasoning && { mayAnswerInReasoning }),
    ...(fixes.length > 0 && { fixes }),
  };
}

function findFinishReason(
  { calls, finish, usage }: ReadReply,
  { maxTokens }: RequestedReply,
): FinishReason {
  const meaning = finish?.meaning ?? (calls.length > 0 ? 'tool-calls' : 'stop');
  // An `error` never gets here: the reply was rejected as broken.
  const reason = meaning === 'error' ? 'other' : meaning;
  if (reason === 'content-filter' || maxTokens === undefined) return reason;
  // Some servers report `stop` or `tool_calls` for a reply that was cut off at the requested maximum.
  return (usage?.outputTokens ?? 0) >= maxTokens ? 'length' : reason;
}
