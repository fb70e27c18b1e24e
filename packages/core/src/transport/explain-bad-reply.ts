import type { WireBody } from '../dialect/wire.ts';
import { ModelError } from '../errors.ts';
import { shorten } from '../shorten.ts';
import type { BrokenReply } from './broken-reply.ts';
import { withoutEchoes } from './echoes.ts';
import { hideInError } from './hide-in-error.ts';
import type { HideSecrets } from './secrets.ts';

/** A request whose reply could not be used. */
export interface AnsweredRequest {
  readonly endpoint: string;
  /** How many times the request was sent. */
  readonly attempts: number;
  /** The request. Parts of its conversation that the server repeats are removed from the error. */
  readonly sent: WireBody;
  readonly hide: HideSecrets;
}

/** Explains a reply that ended before it was complete, with the server's message if it sent one. */
export function explainBrokenReply(
  error: BrokenReply,
  { endpoint, attempts, sent, hide }: AnsweredRequest,
): ModelError {
  const clean = (text: string) => shorten(withoutEchoes(hide(text), sent).trim(), 500);
  const { serverMessage } = error;
  return new ModelError(
    'model_failed',
    `${endpoint} sent an incomplete reply. ${clean(error.message)}`,
    {
      kind: 'broken-reply',
      attempts,
      ...(serverMessage !== undefined && { serverMessage: clean(serverMessage) }),
      cure: "Check the server's log. `TURNWISE_DEBUG=wire` prints the bytes that arrived.",
    },
    { cause: hideInError(error, clean) },
  );
}

/** Explains a reply with more bytes than allowed. */
export function explainLargeReply(
  maxReplyBytes: number,
  { endpoint, attempts }: Pick<AnsweredRequest, 'endpoint' | 'attempts'>,
): ModelError {
  return new ModelError(
    'model_failed',
    `${endpoint} sent a reply that is larger than ${maxReplyBytes} bytes.`,
    {
      kind: 'reply-too-large',
      attempts,
      cure: 'Limit the reply with `settings.maxOutputTokens`, or raise `maxReplyBytes`.',
    },
  );
}
