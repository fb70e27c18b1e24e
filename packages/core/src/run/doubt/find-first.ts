import { canonicalJson } from '../../canonical-json.ts';
import type { JsonObject } from '../../json.ts';
import { isLookUp } from '../../tool/is-look-up.ts';
import { inputText, lastInput } from '../../turns/inputs.ts';
import { type Conversation, callsAfter } from '../grounding/given-values.ts';
import { findOpenOrder, isOrderedBy, type OpenOrder } from '../wording/find-open-order.ts';
import { findSearch, type Search, type SearchParts } from '../wording/find-search.ts';
import type { Reach } from '../wording/reachable-look-ups.ts';
import type { CheckedInput } from './find-look-ups.ts';

/** What must be looked up before these calls; `undefined` if nothing. */
export function findFirst<Context>(
  calls: readonly CheckedInput<Context>[],
  parts: SearchParts<Context>,
  conversation: Conversation,
): (Pick<Search, 'tools' | 'hint'> & { readonly reason: string }) | undefined {
  const search = searchFor(calls, parts, conversation);
  if (search !== undefined) {
    const reason = `A call acts on something else than ${search.name}, which was not looked up.`;
    return { ...search, reason };
  }
  const order = orderBefore(calls, { ...parts, turns: conversation.turns });
  if (order === undefined) return undefined;
  const reason = `A call does something else than "${order.text}", which needs a look-up first.`;
  return { tools: order.tools, hint: `Not done yet: ${order.text}`, reason };
}

/**
 * What the user ordered, if calls do something else that nobody ordered, because the conversation does not have what the order needs.
 * A model for which the right tool is not possible yet often takes another one.
 */
function orderBefore<Context>(
  calls: readonly CheckedInput<Context>[],
  reach: Omit<Reach<Context>, 'calls'>,
): OpenOrder | undefined {
  const { turns } = reach;
  const acting = calls.map(({ tool }) => tool).filter((tool) => !isLookUp(tool));
  if (acting.length === 0) return undefined;
  const order = findOpenOrder({ ...reach, calls: callsAfter(turns, lastInput(turns).place) });
  const isImpossible = order?.actions.every((name) => !order.tools.includes(name)) === true;
  const isOrdered = acting.some(
    (tool) =>
      order?.actions.includes(tool.name) === true || isOrderedBy(tool, lastInput(turns).text),
  );
  return isImpossible && !isOrdered ? order : undefined;
}

/**
 * The tools that can find what the user named, if a call acts on something with another identifier, or does again what was done before
 * the last input, and no call or result has the name so far; `undefined` if there is no such name or tool.
 */
function searchFor<Context>(
  calls: readonly CheckedInput<Context>[],
  { tools, kinds }: SearchParts<Context>,
  { turns }: Conversation,
): Search | undefined {
  const inputs = turns.map(inputText).join('\n');
  const done = new Set(callsAfter(turns.slice(0, lastInput(turns).place), 0).map(keyOf));
  const isChosen = calls.some(({ input, tool }) => {
    if (isLookUp(tool)) return false;
    const ids = Object.entries(input).filter(([name]) => kinds.isIdentifier(name));
    const isOther = ids.some(([, id]) => !inputs.includes(String(id)));
    return isOther || done.has(keyOf({ name: tool.name, arguments: input }));
  });
  return isChosen ? findSearch({ tools, kinds }, turns) : undefined;
}

function keyOf(call: { readonly name: string; readonly arguments: JsonObject }): string {
  return `${call.name} ${canonicalJson(call.arguments)}`;
}
