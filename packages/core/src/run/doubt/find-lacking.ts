import { leavesOf } from '../../tool/searchable-text.ts';
import { lastInput } from '../../turns/inputs.ts';
import { callsAfter } from '../grounding/given-values.ts';
import { findLackingOrder } from '../wording/find-open-order.ts';
import { namesIn } from '../wording/names-in.ts';
import type { Environment } from './answer-doubt.ts';
import { foundNothing } from './find-empty-search.ts';

/**
 * The identifiers that an order needs and that nothing in the input can give, if the searches were for something else and found
 * nothing: for "Extend my rental by two days" a small model searches for "free car", and answers that there is none.
 */
export function findLacking<Context>(
  text: string,
  about: Environment<Context>,
): readonly string[] | undefined {
  const { tools, kinds, conversation } = about;
  const { turns } = conversation;
  const { text: input, place } = lastInput(turns);
  const calls = callsAfter(turns, place);
  if (calls.length === 0 || text.includes('?') || namesIn(input).length > 0) return undefined;
  const order = findLackingOrder({ tools, kinds, turns, calls });
  if (order === undefined) return undefined;
  const clause = order.text.toLowerCase();
  const after = { ...about, input, calls };
  const isLost = calls.every(
    (call) =>
      foundNothing(call, after) &&
      leavesOf(call.arguments).every((value) => !clause.includes(String(value).toLowerCase())),
  );
  return isLost ? order.missing : undefined;
}
