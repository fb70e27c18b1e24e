import type { RawReply } from '../../dialect/wire.ts';
import { shorten } from '../../shorten.ts';
import { maxFixChars } from '../state/fixes.ts';

/** The content of a reply that is not used, for its fix: the text and the calls as the model wrote them, shortened. */
export function formatRawReply({ text, calls }: RawReply): string {
  const formatted = calls.map(({ name, arguments: input }) => `${name}(${input})`);
  return shorten([text, ...formatted].filter((each) => each !== '').join('\n'), maxFixChars);
}
