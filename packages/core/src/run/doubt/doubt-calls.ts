import type { ParsedCall } from '../../dialect/dialect.ts';
import { isNonEmpty } from '../../json.ts';
import type { ModelReply } from '../../model/model.ts';
import {
  type IdentifierKinds,
  isIdentifierName,
} from '../../schema/json-schema/identifier-kinds.ts';
import { parametersOf } from '../../schema/json-schema/parameter-path.ts';
import { isLookUp } from '../../tool/is-look-up.ts';
import { lastInput } from '../../turns/inputs.ts';
import type { Turn } from '../../turns/turn.ts';
import type { Conversation } from '../grounding/given-values.ts';
import { hasInventedValue } from '../grounding/ground-calls.ts';
import { looksEnglish } from '../grounding/looks-english.ts';
import { madeUpParameters } from '../grounding/made-up-values.ts';
import { type Attempt, forcesCall } from '../request/compose-request.ts';
import { activeTools, runTools } from '../request/run-tools.ts';
import type { Verdict } from '../request/verdict.ts';
import { describeDropped } from '../state/fixes.ts';
import { replySlice } from '../state/reply-slice.ts';
import type { Run } from '../state/run-setup.ts';
import { isOrderedBy } from '../wording/find-open-order.ts';
import { findSearch, type SearchParts } from '../wording/find-search.ts';
import { isQuestion } from '../wording/is-question.ts';
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
import { doubtForced, type LackingCall } from './doubt-forced.ts';
import { findFirst } from './find-first.ts';
import { type CheckedInput, findLookUps } from './find-look-ups.ts';
import { findMixed, type MixedValues } from './find-mixed.ts';
import { findUnused } from './find-unused.ts';
import { hasOtherIdentifier } from './has-other-identifier.ts';
import { hasOtherNumber } from './has-other-number.ts';

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
  const isForced = forcesCall(run, activeTools(run));
  const isAsked = attempt.valueTries !== undefined || attempt.forcesCall !== undefined;
  if (!isForced && !isAsked && areUnrelated(checked, tools, conversation)) {
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
      hasOtherIdentifier(each, kinds) ||
      hasOtherNumber(each, kinds, conversation.turns) ||
      hasInventedValue(each, { isOn: true, ...conversation });
    return missing.length > 0 || isInvented ? [{ ...each, missing }] : [];
  });
  const isNamed = isForced && typeof run.setup.toolChoice === 'object';
  if (lacking.length === 0) return isNamed ? undefined : doubtOrder(run, attempt, judged);
  const hasOther = tools.some((tool) => lacking.every((each) => each.tool !== tool));
  if (isNamed || (isForced && !hasOther)) return doubtForced(run, attempt, reply, lacking);
  const isHarmless = lacking.length < calls.length && checked.every(({ tool }) => isLookUp(tool));
  return isHarmless
    ? { kind: 'accept', reply: withoutCalls(reply, lacking) }
    : askForOthers(run, attempt, { ...judged, lacking });
}

/** The look-ups of a reply whose values are given are worth more than another request. */
function withoutCalls<Context>(
  reply: ModelReply,
  dropped: readonly CheckedInput<Context>[],
): ModelReply {
  const { parsed } = reply;
  if (parsed.kind !== 'calls') return reply;
  const isDropped = (call: ParsedCall) => dropped.some(({ input }) => input === call.arguments);
  const gone = parsed.calls.filter(isDropped);
  const calls = parsed.calls.filter((call) => !isDropped(call));
  if (!isNonEmpty(calls)) return reply;
  return {
    ...reply,
    parsed: { ...parsed, calls, fixes: [...parsed.fixes, describeDropped(gone)] },
  };
}

interface JudgedCalls<Context> extends Judged {
  readonly calls: readonly CheckedInput<Context>[];
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
  const { text } = lastInput(conversation.turns);
  const action = calls.find(({ tool }) => !isLookUp(tool))?.tool;
  // Nobody needs to give a value for an action that the model took in place of a look-up.
  const isOwnIdea = action !== undefined && isQuestion(text) && !isOrderedBy(action, text);
  if (missing.length > 0 && !isOwnIdea) {
    const memory = replySlice.of(run.state);
    memory.missing = missing;
    memory.meant = action?.name;
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
  if (missing.length > 0) {
    return askAgain(attempt, reply, {
      reason: `A call had a value of ${quoted(missing)} that does not occur in the conversation.`,
      excludedTools: [...new Set([...excludedTools, ...namesOf([...own, ...others])])],
      valueTries: valueTries + 1,
    });
  }
  const search = findSearch({ tools, kinds: kindsOf(tools) }, conversation.turns);
  const excluded =
    search === undefined
      ? namesOf([...own, ...others])
      : namesOf(tools).filter((name) => !search.tools.includes(name));
  return askAgain(attempt, reply, {
    reason: 'A call had an identifier that does not occur in the conversation.',
    excludedTools: [...new Set([...excludedTools, ...excluded])],
    valueTries: valueTries + 1,
    ...(search !== undefined && { hint: search.hint }),
  });
}

/** Decides about calls that have all values, but come too early or leave something out. */
function doubtOrder<Context>(
  run: Run<Context>,
  attempt: Attempt,
  { reply, calls, conversation }: JudgedCalls<Context>,
): Verdict | undefined {
  const { valueTries = 0, minCalls, forcesCall } = attempt;
  const tools = runTools(run);
  const parts = { tools, kinds: kindsOf(tools) };
  const hasForm = run.setup.output !== undefined && forcesCall === undefined;
  if (
    hasForm &&
    valueTries === 0 &&
    calls.some((call) => isUnordered(call, parts.kinds, conversation.turns))
  ) {
    return askAgain(attempt, reply, {
      reason: 'A call did something that nobody ordered, in place of the form.',
      excludedTools: namesOf(tools.filter((tool) => !isLookUp(tool))),
      valueTries: 1,
    });
  }
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

/** Whether a call is an action that acts on nothing the user named, and that no clause of the input orders. */
function isUnordered<Context>(
  { input, tool }: CheckedInput<Context>,
  kinds: IdentifierKinds,
  turns: readonly Turn[],
): boolean {
  const { text } = lastInput(turns);
  return (
    !isLookUp(tool) &&
    looksEnglish(text) &&
    Object.keys(input).every((name) => !isIdentifierName(name) && !kinds.isIdentifier(name)) &&
    !isOrderedBy(tool, text)
  );
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
