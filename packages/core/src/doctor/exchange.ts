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

/** Tokens of a reply of which only the status or the size of the prompt matters. A small model may never end a reply. */
const shortReplyTokens = 32;

/** Tokens of a reply that must contain a call or JSON. */
export const fullReplyTokens = 256;

/** When the requests end. */
export interface ExchangeLimits {
  /** Aborts everything. */
  readonly signal: AbortSignal;
  /** Aborts when the time for all requests is used up. */
  readonly budget: AbortSignal;
}

/**
 * Sends small requests over a transport without a dialect and a gate, because the server may refuse them. When the time
 * is used up, every further outcome is unclear.
 */
export function createExchange(
  transport: Transport,
  { signal, budget }: ExchangeLimits,
  onText: (text: string) => void,
): Exchange {
  const either = AbortSignal.any([signal, budget]);
  return async (body, { stream = false } = {}) => {
    const request = { body: { max_tokens: shortReplyTokens, temperature: 0, ...body }, stream };
    try {
      either.throwIfAborted();
      const events = transport.send(request, either);
      let next = await events.next();
      while (next.done !== true) next = await events.next();
      onText(next.value.text);
      return { isReply: true, reply: next.value };
    } catch (thrown) {
      if (budget.aborted && !signal.aborted) return outOfTime;
      if (!(thrown instanceof ModelError)) throw thrown;
      return { isReply: false, finding: findingOf(thrown), error: thrown };
    }
  };
}

const outOfTime: Outcome = {
  isReply: false,
  finding: unclear('not measured: the time is used up'),
  error: new ModelError(
    'model_timeout',
    'The server did not answer a plain question within the time for all measurements. Raise `budgetMs`.',
    { kind: 'timeout' },
  ),
};

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
