import { TurnwiseError, type WaitingCall } from '@turnwise/core';
import type { Decisions } from '@turnwise/core/model';

/** The answer of a client to an interrupt: an entry of `RunAgentInput.resume`. */
export interface AguiAnswer {
  readonly interruptId: string;
  readonly status: 'resolved' | 'cancelled';
  /**
   * A decision for an approval, such as `{ approved: true }` or `{ kind: 'edit', arguments }`; for a question and a call that
   * runs in the client, the value of the answer.
   */
  readonly payload?: unknown;
}

/**
 * The decisions of a client on the calls that wait: pass the `waiting` that the server has stored. `cancelled` denies a call.
 * Throws `invalid_options` for an answer to a call that does not wait; `agent.resume()` checks the decisions themselves.
 */
export function aguiDecisions(
  answers: readonly AguiAnswer[],
  waiting: readonly WaitingCall[],
): Decisions {
  const decisions: Record<string, Decisions[string]> = {};
  for (const { interruptId, status, payload } of answers) {
    const call = waiting.find(({ fingerprint }) => fingerprint === interruptId);
    if (call === undefined) {
      throw new TurnwiseError(
        'invalid_options',
        `The answer to "${interruptId}" is not on a call that waits: it was answered before, or the conversation has another one.`,
      );
    }
    decisions[call.callId] = toDecision(call, status, payload);
  }
  return decisions;
}

function toDecision(
  { kind }: WaitingCall,
  status: AguiAnswer['status'],
  payload: unknown,
): Decisions[string] {
  const isAnswer = kind === 'question' || kind === 'outside';
  if (status === 'cancelled') return { kind: kind === 'in-doubt' ? 'give-up' : 'deny' };
  // `agent.resume` refuses what is not a decision, and values that are not JSON.
  return (isAnswer ? { kind: 'answer', value: payload ?? null } : payload) as Decisions[string];
}
