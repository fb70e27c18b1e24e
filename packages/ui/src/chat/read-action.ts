import type { AgentInput, JsonObject } from '@turnwise/core';
import { ChatError } from './chat-error.ts';
import { isRecord } from './is-record.ts';
import { readUserInput } from './read-user-input.ts';

/** What a request asks for. */
export type ChatAction =
  | { readonly kind: 'input'; readonly input: AgentInput }
  | {
      readonly kind: 'decisions';
      /** The parts of the last message, which may contain decisions. */
      readonly parts: readonly unknown[];
      /** Decisions by approval id. */
      readonly decisions: JsonObject;
    }
  | { readonly kind: 'regenerate'; readonly messageId: string | undefined };

/**
 * Reads what a request of `useChat` asks for. Of its messages only the last one is read: the server has the conversation. Throws
 * a `ChatError` if it asks for nothing that is possible.
 */
export function readAction(body: JsonObject): ChatAction {
  const { messages = [], decisions = {}, trigger = 'submit-message', messageId } = body;
  if (!Array.isArray(messages)) throw invalid('`messages` is not a list.');
  if (!isRecord(decisions))
    throw invalid('`decisions` is not an object with an entry for each approval id.');
  if (messageId !== undefined && typeof messageId !== 'string') {
    throw invalid('`messageId` is not a string.');
  }
  if (trigger === 'regenerate-message') return { kind: 'regenerate', messageId };
  if (trigger !== 'submit-message')
    throw invalid('`trigger` is not "submit-message" or "regenerate-message".');
  const last: unknown = messages.at(-1);
  const hasDecisions = Object.keys(decisions).length > 0;
  if (last === undefined) {
    if (hasDecisions) return { kind: 'decisions', parts: [], decisions: decisions as JsonObject };
    throw invalid('There is no message.');
  }
  const { role, parts } = Object(last) as { readonly role?: unknown; readonly parts?: unknown };
  if (!Array.isArray(parts)) throw invalid('The last message has no list `parts`.');
  if (role === 'assistant') return { kind: 'decisions', parts, decisions: decisions as JsonObject };
  if (role !== 'user')
    throw invalid('The last message is neither of the user nor of the assistant.');
  if (hasDecisions) throw invalid('A request has either a new message or `decisions`, not both.');
  if (messageId !== undefined) {
    throw invalid('An earlier message cannot be replaced. Send a new message.');
  }
  return { kind: 'input', input: readUserInput(parts) };
}

function invalid(message: string): ChatError {
  return new ChatError('invalid_request', message);
}
