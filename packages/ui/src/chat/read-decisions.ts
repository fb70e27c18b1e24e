import type { JsonObject, SessionPause, WaitingCall } from '@turnwise/core';
import type { Decisions } from '@turnwise/core/model';
import { ChatError } from './chat-error.ts';
import type { ChatAction } from './read-action.ts';

type Given = Decisions[string];

/**
 * The decisions of a request on the calls that wait. `decisions` of the body comes before those of the message. Throws a
 * `ChatError` for a decision that is not on a call of the stored pause, and if there is none.
 */
export function readDecisions(
  { parts, decisions }: Extract<ChatAction, { readonly kind: 'decisions' }>,
  paused: SessionPause | undefined,
): Decisions {
  const waiting = paused?.waiting ?? [];
  const found = new Map<string, Given>();
  for (const part of parts) {
    const decided = readPart(Object(part), waiting);
    if (decided !== undefined) found.set(decided.callId, decided.decision);
  }
  for (const [approvalId, decision] of Object.entries(decisions)) {
    // The agent checks whether it is a decision that fits.
    found.set(findWaiting(waiting, approvalId).callId, decision as unknown as Given);
  }
  if (found.size > 0) return Object.fromEntries(found);
  throw new ChatError(
    'invalid_request',
    'The last message is of the assistant and has no decision. Send a new message, or a decision on a call that waits.',
  );
}

interface Decided {
  readonly callId: string;
  readonly decision: Given;
}

function readPart(part: JsonObject, waiting: readonly WaitingCall[]): Decided | undefined {
  const { state, toolCallId } = part;
  if (state === 'approval-responded') return readApproval(Object(part.approval), waiting);
  if (state !== 'output-available' && state !== 'output-error') return undefined;
  // Calls that have run have the same states; only an answer that is awaited is one.
  const call = waiting.find(({ callId }) => callId === toolCallId);
  if (call?.kind !== 'outside' && call?.kind !== 'question') return undefined;
  const { callId } = call;
  if (state === 'output-available') {
    return { callId, decision: { kind: 'answer', value: part.output ?? null } };
  }
  return { callId, decision: { kind: 'deny', reason: String(part.errorText ?? '') } };
}

function readApproval(approval: JsonObject, waiting: readonly WaitingCall[]): Decided {
  const { id, approved, reason } = approval;
  if (typeof approved !== 'boolean') {
    throw new ChatError(
      'invalid_request',
      'An approval has no `approved`, which is true or false.',
    );
  }
  const { callId } = findWaiting(waiting, id);
  if (approved) return { callId, decision: { kind: 'approve' } };
  const why = typeof reason === 'string' && reason !== '' ? { reason } : {};
  return { callId, decision: { kind: 'deny', ...why } };
}

function findWaiting(waiting: readonly WaitingCall[], approvalId: unknown): WaitingCall {
  const call = waiting.find(({ fingerprint }) => fingerprint === approvalId);
  if (call !== undefined) return call;
  const named = typeof approvalId === 'string' ? `"${approvalId.slice(0, 60)}"` : 'without an id';
  throw new ChatError(
    'decision_unknown',
    `The decision ${named} is not on a call that waits: the call was decided before, or the conversation has another one. Load the messages again.`,
  );
}
