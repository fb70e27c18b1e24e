import type { RawReply } from './wire.ts';

/** Describes what is wrong with a reply without text and calls: nothing came, or only reasoning. */
export function describeEmptyReply({
  reasoning,
  finishReason,
}: Pick<RawReply, 'reasoning' | 'finishReason'>): string {
  const place = finishReason === 'length' ? ' at the output limit' : '';
  const { length } = reasoning.trim();
  return length === 0
    ? `The reply was empty${place}.`
    : `The reply contained only reasoning (${length} characters) and no answer${place}.`;
}
