import { canonicalJson } from '../../canonical-json.ts';
import type { ParsedCall } from '../../dialect/dialect.ts';
import type { JsonObject } from '../../json.ts';
import { parametersOf } from '../../schema/json-schema/parameter-path.ts';
import { isLookUp } from '../../tool/is-look-up.ts';
import { inputText, lastInput } from '../../turns/inputs.ts';
import { type Conversation, callsAfter } from '../grounding/given-values.ts';
import { hasInventedValue } from '../grounding/ground-calls.ts';
import { madeUpParameters } from '../grounding/made-up-values.ts';
import type { Attempt } from '../request/compose-request.ts';
import { runTools } from '../request/run-tools.ts';
import type { Verdict } from '../request/verdict.ts';
import { replySlice } from '../state/reply-slice.ts';
import type { Run } from '../state/run-setup.ts';
import { areUnrelated } from './are-unrelated.ts';
import {
  askAgain,
  askUser,
  type Judged,
  kindsOf,
  maxValueTries,
  namesOf,
  quoted,
} from './ask-again.ts';
import { type CheckedInput, findLookUps } from './find-look-ups.ts';
import { findMixed, type MixedValues } from './find-mixed.ts';
import { findOpenOrder, isOrderedBy, type OpenOrder } from './find-open-order.ts';
import { findSearch, type Search, type SearchParts } from './find-search.ts';
import { findUnused } from './find-unused.ts';
import { hasOtherIdentifier } from './has-other-identifier.ts';
import type { Reach } from './reachable-look-ups.ts';

/** Decides about calls with values that nobody gave, or that leave out what the user asked for. */
export function doubtCalls<Context>(
  run: Run<Context>,
  attempt: Attempt,
  { reply, calls, conversation }: Judged & { readonly calls: readonly ParsedCall[] },
): Verdict | undefined {
  const tools = runTools(run);
  const checked = calls.flatMap((call): readonly CheckedInput<Context>[] => {
    const tool = tools.find(({ name }) => name === call.name);
    if (tool === undefined || call.unreadable !== undefined) return [];
    return tool.grounded?.length === 0 ? [] : [{ input: call.arguments, tool }];
  });
  const judged = { reply, calls: checked, conversation };
  const isAsked = attempt.valueTries !== undefined || attempt.forcesCall !== undefined;
  if (!isAsked && areUnrelated(checked, tools, conversation)) {
    return askAgain(attempt, reply, {
      reason: 'No tool is about what the user wrote.',
      excludedTools: namesOf(tools),
      forcesCall: false,
      hint: 'None of the tools is about this. Answer without them, or write that you cannot do it.',
    });
  }
  const kinds = kindsOf(tools);
  const lacking = checked.flatMap((each): readonly LackingCall<Context>[] => {
    const missing = madeUpParameters(each, conversation);
    const isInvented =
      hasOtherIdentifier(each, kinds) || hasInventedValue(each, { isOn: true, ...conversation });
    return missing.length > 0 || isInvented ? [{ ...each, missing }] : [];
  });
  return lacking.length > 0
    ? askForOthers(run, attempt, { ...judged, lacking })
    : doubtOrder(run, attempt, judged);
}

interface JudgedCalls<Context> extends Judged {
  readonly calls: readonly CheckedInput<Context>[];
}

interface LackingCall<Context> extends CheckedInput<Context> {
  /** The parameters with a made-up value that is not an identifier. */
  readonly missing: readonly string[];
}

/** Asks for calls without made-up values. */
function askForOthers<Context>(
  run: Run<Context>,
  attempt: Attempt,
  {
    reply,
    calls,
    lacking,
    conversation,
  }: JudgedCalls<Context> & { readonly lacking: readonly LackingCall<Context>[] },
): Verdict | undefined {
  const { excludedTools = [], valueTries = 0 } = attempt;
  const tools = runTools(run);
  const missing = lacking.flatMap((each) => each.missing);
  if (missing.length > 0) {
    const memory = replySlice.of(run.state);
    memory.missing = missing;
    memory.meant = calls.find(({ tool }) => !isLookUp(tool))?.tool.name;
    memory.hasLookedUp = false;
  }
  if (valueTries >= maxValueTries) return askUser(run, attempt, { reply, missing });
  // Without the tool that it meant, a small model takes another action: only look-ups can give the value.
  const lookUps = findLookUps(calls, {
    tools,
    kinds: kindsOf(tools),
    conversation: missing.length > 0 ? conversation : undefined,
  });
  const others = lookUps.length === 0 ? [] : tools.filter((tool) => !lookUps.includes(tool));
  const own = lacking.map(({ tool }) => tool);
  return askAgain(attempt, reply, {
    reason:
      missing.length === 0
        ? 'A call had an identifier that does not occur in the conversation.'
        : `A call had a value of ${quoted(missing)} that does not occur in the conversation.`,
    excludedTools: [...new Set([...excludedTools, ...namesOf([...own, ...others])])],
    valueTries: valueTries + 1,
  });
}

/** Decides about calls that have all values, but come too early or leave something out. */
function doubtOrder<Context>(
  run: Run<Context>,
  attempt: Attempt,
  { reply, calls, conversation }: JudgedCalls<Context>,
): Verdict | undefined {
  const { valueTries = 0, minCalls } = attempt;
  const tools = runTools(run);
  const parts = { tools, kinds: kindsOf(tools) };
  const first = valueTries === 0 ? findFirst(calls, parts, conversation) : undefined;
  if (first !== undefined) {
    return askAgain(attempt, reply, {
      reason: first.reason,
      excludedTools: namesOf(tools).filter((name) => !first.tools.includes(name)),
      valueTries: 1,
      hint: first.hint,
    });
  }
  const mixed = attempt.hint === undefined ? mixedIn(calls, conversation) : undefined;
  if (mixed !== undefined) {
    return askAgain(attempt, reply, {
      reason: `The value of "${mixed.whole}" contains the value of "${mixed.part}".`,
      hint: `Write each fact in one field: "${mixed.whole}" must not contain the value of "${mixed.part}".`,
      forcesCall: true,
    });
  }
  const unused = minCalls === undefined ? unusedBy(calls, parts, conversation) : [];
  if (unused.length > 0) {
    return askAgain(attempt, reply, {
      reason: `No call has ${unused.join(' and ')}.`,
      minCalls: calls.length + 1,
      forcesCall: true,
    });
  }
  const memory = replySlice.of(run.state);
  if (calls.every(({ tool }) => isLookUp(tool))) memory.hasLookedUp = true;
  else memory.missing = undefined;
  return undefined;
}

/** The first fact that an action has in two fields. */
function mixedIn<Context>(
  calls: readonly CheckedInput<Context>[],
  { turns }: Conversation,
): MixedValues | undefined {
  const { text } = lastInput(turns);
  for (const { input, tool } of calls) {
    const mixed = isLookUp(tool) ? undefined : findMixed(text, input);
    if (mixed !== undefined) return mixed;
  }
  return undefined;
}

/** What the first calls leave out of a list of the user. Calls with identifiers are often followed by others. */
function unusedBy<Context>(
  calls: readonly CheckedInput<Context>[],
  { kinds }: SearchParts<Context>,
  { turns }: Conversation,
): readonly string[] {
  const takesIdentifier = calls.some(({ tool }) =>
    parametersOf(tool.schema.jsonSchema).some(({ names }) =>
      kinds.isIdentifier(names.at(-1) ?? ''),
    ),
  );
  if (takesIdentifier || turns.some(({ role }) => role !== 'user')) return [];
  return findUnused(
    lastInput(turns).text,
    calls.map(({ input }) => input),
  );
}

/** What must be looked up before these calls; `undefined` if nothing. */
function findFirst<Context>(
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
