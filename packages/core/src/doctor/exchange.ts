import type { RawReply, WireBody, WireMessage } from '../dialect/wire.ts';
import { ModelError } from '../errors.ts';
import { shortenToLine } from '../shorten.ts';
import type { Transport } from '../transport/transport.ts';
import { type Finding, no, unclear } from './measurement.ts';

/** What came of one request. */
export type Outcome =
  | { readonly isReply: true; readonly reply: RawReply }
  | { readonly isReply: false; readonly finding: Finding; readonly error: ModelError };

/** Makes one small request. */
export type Exchange = (
  body: WireBody,
  options?: { readonly stream?: boolean },
) => Promise<Outcome>;

/** Tokens of a reply: enough for a call, little enough for a slow machine. */
const maxReplyTokens = 256;

/** Makes small requests over a transport, past every dialect and gate: what they send may well be refused. */
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

/** One message of the user. */
export function asks(text: string): WireMessage {
  return { role: 'user', content: text };
}

/** Turns an outcome into a finding: a refusal is one already. */
export function judge(outcome: Outcome, ofReply: (reply: RawReply) => Finding): Finding {
  return outcome.isReply ? ofReply(outcome.reply) : outcome.finding;
}

function findingOf({ code, details, message }: ModelError): Finding {
  const words = shortenForTable(details.serverMessage ?? message);
  if (code === 'model_unreachable' || code === 'model_timeout' || code === 'model_overloaded') {
    return unclear(words);
  }
  return no(details.status === undefined ? words : `${details.status}: ${words}`);
}

/** Text on one line, short enough for a table. */
export function shortenForTable(text: string): string {
  return shortenToLine(text, 110);
}
