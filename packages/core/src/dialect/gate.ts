import { TurnOrderError } from '../errors.ts';
import { type TurnRules, unrollsCalls } from '../profile/model-profile.ts';
import type { WireMessage } from './wire.ts';

/**
 * The last check before the network: throws `turn_order` if wire messages break the turn rules of a profile. It does not
 * depend on how they were made (steering, abort, denial, compaction, foreign history).
 */
export function checkWireMessages(messages: readonly WireMessage[], rules: TurnRules): void {
  const last = messages.at(-1);
  if (last === undefined) throw new TurnOrderError(0, 'there are no messages.');
  if (last.role !== 'user' && last.role !== 'tool') {
    throw new TurnOrderError(
      messages.length - 1,
      `the last message has role "${last.role}"; it must have role "user" or "tool".`,
    );
  }
  const openCalls = new Set<string>();
  const shift = messages[0]?.role === 'system' ? 1 : 0;
  for (let index = 0; index < messages.length; index++) {
    const message = messages[index] as WireMessage;
    const problem =
      findSystemProblem(message, index, rules) ??
      findToolProblem(message, openCalls, rules) ??
      (rules.order === 'strict' ? findOrderProblem(message, index - shift) : undefined);
    if (problem !== undefined) throw new TurnOrderError(index, problem);
  }
  if (openCalls.size > 0) throw new TurnOrderError(messages.length, 'a call has no result.');
}

function findSystemProblem(
  message: WireMessage,
  index: number,
  rules: TurnRules,
): string | undefined {
  if (message.role !== 'system') return undefined;
  if (rules.system === 'in-first-user') return 'this profile does not allow a system message.';
  return index > 0 ? 'a system message must come first.' : undefined;
}

function findToolProblem(
  message: WireMessage,
  openCalls: Set<string>,
  rules: TurnRules,
): string | undefined {
  if (message.role === 'tool') {
    if (!rules.toolRole) return 'this profile does not allow tool messages.';
    return openCalls.delete(message.tool_call_id)
      ? undefined
      : `no open call has the id "${message.tool_call_id}".`;
  }
  if (openCalls.size > 0) return `a call has no result before the next ${message.role} message.`;
  if (message.role !== 'assistant') return undefined;
  return findAssistantProblem(message, openCalls, rules);
}

function findAssistantProblem(
  message: Extract<WireMessage, { role: 'assistant' }>,
  openCalls: Set<string>,
  rules: TurnRules,
): string | undefined {
  if (!('tool_calls' in message)) return undefined;
  if (!rules.toolRole) return 'this profile does not allow tool calls.';
  if (message.content !== null && message.content !== '')
    return 'an assistant message must contain either text or calls, not both.';
  if (message.tool_calls.length === 0) return 'tool_calls is empty.';
  if (unrollsCalls(rules) && message.tool_calls.length > 1) {
    return 'this profile does not allow several calls in one message.';
  }
  for (const { id } of message.tool_calls) openCalls.add(id);
  return undefined;
}

/** In strict order a tool message takes the place of a user message. `place` does not count the system message. */
function findOrderProblem(message: WireMessage, place: number): string | undefined {
  if (message.role === 'system') return undefined;
  const isAssistantsPlace = place % 2 === 1;
  return isAssistantsPlace === (message.role === 'assistant')
    ? undefined
    : `the ${message.role} message is out of order: user and assistant must alternate.`;
}
