import type { RawReply, WireBody, WireMessage } from '../dialect/wire.ts';
import { ModelError } from '../errors.ts';
import { shortenToLine } from '../shorten.ts';
import type { Transport } from '../transport/transport.ts';
import { type Finding, no, unclear } from './measurement.ts';

/** The result of one request: a reply or a failure. */
export type Outcome =
  | { readonly isReply: true; readonly reply: RawReply }
  | { readonly isReply: false; readonly finding: Finding; readonly error: ModelError };

/** Sends one small request. */
export type Exchange = (
  body: WireBody,
  options?: { readonly stream?: boolean },
) => Promise<Outcome>;

/** Maximum tokens of a reply: enough for a call, and fast enough on a slow machine. */
const maxReplyTokens = 256;

/** Sends small requests over a transport without a dialect and a gate, because the server may refuse them. */
export function createExchange(transport: Transport, signal: AbortSignal): Exchange {
  return async (body, { stream = false } = {}) => {
    const request = { body: { max_tokens: maxReplyTokens, temperature: 0, ...body }, stream };
    try {
      const events = transport.send(request, signal);
      let next = await events.next();
      while (next.done !== true) next = await events.next();
      return { isReply: true, reply: next.value };
    } catch (thrown) {
      if (!(thrown instanceof ModelError)) throw thrown;
      return { isReply: false, finding: findingOf(thrown), error: thrown };
    }
  };
}

/** A user message. */
export function asks(text: string): WireMessage {
  return { role: 'user', content: text };
}

/** Converts an outcome to a finding; a failure already has one. */
export function judge(outcome: Outcome, ofReply: (reply: RawReply) => Finding): Finding {
  return outcome.isReply ? ofReply(outcome.reply) : outcome.finding;
}

function findingOf({ code, details, message }: ModelError): Finding {
  const text = shortenForTable(details.serverMessage ?? message);
  if (code === 'model_unreachable' || code === 'model_timeout' || code === 'model_overloaded') {
    return unclear(text);
  }
  return no(details.status === undefined ? text : `${details.status}: ${text}`);
}

/** Shortens a text to one line of a table. */
export function shortenForTable(text: string): string {
  return shortenToLine(text, 110);
}
