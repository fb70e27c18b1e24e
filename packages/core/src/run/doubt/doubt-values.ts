import type { ParsedCall } from '../../dialect/dialect.ts';
import { memoize } from '../../memoize.ts';
import type { ModelReply } from '../../model/model.ts';
import {
  type IdentifierKinds,
  identifierKinds,
  isIdentifierName,
} from '../../schema/json-schema/identifier-kinds.ts';
import { namesOf as namesInPath, valuesAt } from '../../schema/json-schema/parameter-path.ts';
import { groundedPaths } from '../../tool/grounded-parameters.ts';
import { isLookUp } from '../../tool/is-look-up.ts';
import { leavesOf, searchableText } from '../../tool/searchable-text.ts';
import type { Tool } from '../../tool/tool.ts';
import { type Conversation, callsAfter, inputText, lastInput } from '../grounding/given-values.ts';
import { hasInventedValue } from '../grounding/ground-calls.ts';
import { madeUpParameters } from '../grounding/made-up-values.ts';
import { refersToFound } from '../grounding/refers-to-found.ts';
import { readInstructions } from '../program/read-instructions.ts';
import type { Attempt } from '../request/compose-request.ts';
import { runTools } from '../request/run-tools.ts';
import type { Verdict } from '../request/verdict.ts';
import { formatRawReply } from '../state/fixes.ts';
import type { LoopGenerator } from '../state/loop-generator.ts';
import { replySlice } from '../state/reply-slice.ts';
import type { Run } from '../state/run-setup.ts';
import { stepSlice } from '../state/step.ts';
import { doubtAnswer, findUngivenWord } from './doubt-answer.ts';
import { doubtForm } from './doubt-form.ts';
import { type CheckedInput, findLookUps } from './find-look-ups.ts';
import { findOpenOrder, isOrderedBy, type OpenOrder } from './find-open-order.ts';
import { findSearch, type Search, type SearchParts } from './find-search.ts';
import type { Reach } from './reachable-look-ups.ts';

/** How often a step is asked for other calls because of made-up values. */
const maxValueTries = 3;

/**
 * Decides about a reply of a model that often makes up values. A call with a value that nobody gave is asked for again with
 * a grammar without that tool, so that the model looks the value up with another one; if it answers instead, it must ask the user.
 * An answer that needs a call before it is asked for again as a call. Returns `undefined` if there is no doubt.
 */
export function* doubtValues<Context>(
  run: Run<Context>,
  attempt: Attempt,
  reply: ModelReply,
): LoopGenerator<Verdict | undefined> {
  const { parsed, needsValueChecks } = reply;
  if (needsValueChecks !== true || attempt.phase !== 'act') return undefined;
  if (parsed.kind === 'unusable') return undefined;
  const conversation = yield* readConversation(run);
  return parsed.kind === 'calls'
    ? doubtCalls(run, attempt, { reply, calls: parsed.calls, conversation })
    : doubtText(run, attempt, { reply, text: parsed.text, conversation });
}

interface Judged {
  readonly reply: ModelReply;
  readonly conversation: Conversation;
}

function* readConversation<Context>(run: Run<Context>): LoopGenerator<Conversation> {
  const { step, stepRequests } = stepSlice.of(run.state);
  const id = `${step}.value-instructions.${stepRequests}`;
  const instructions = searchableText(yield* readInstructions(run, id));
  return { instructions, turns: run.state.transcript.turns };
}

function askAgain(
  attempt: Attempt,
  { raw }: ModelReply,
  { reason, ...change }: Partial<Attempt> & { readonly reason: string },
): Verdict {
  return {
    kind: 'ask-again',
    attempt: { ...attempt, ...change },
    fix: { kind: 'asked-again', reason, text: formatRawReply(raw) },
  };
}

function doubtCalls<Context>(
  run: Run<Context>,
  attempt: Attempt,
  { reply, calls, conversation }: Judged & { readonly calls: readonly ParsedCall[] },
): Verdict | undefined {
  const { excludedTools = [], valueTries = 0 } = attempt;
  const tools = runTools(run);
  const checked = calls.flatMap((call): readonly CheckedInput<Context>[] => {
    const tool = tools.find(({ name }) => name === call.name);
    if (tool === undefined || call.unreadable !== undefined) return [];
    return tool.grounded?.length === 0 ? [] : [{ input: call.arguments, tool }];
  });
  const kinds = kindsOf(tools);
  const invented = checked.filter(
    (each) =>
      hasOtherIdentifier(each, kinds) || hasInventedValue(each, { isOn: true, ...conversation }),
  );
  const missing = checked.flatMap((each) => madeUpParameters(each, conversation));
  const added = invented.map(({ tool }) => tool.name);
  const memory = replySlice.of(run.state);
  if (invented.length === 0 && missing.length === 0) {
    const first = valueTries === 0 ? findFirst(checked, { tools, kinds }, conversation) : undefined;
    if (first !== undefined) {
      return askAgain(attempt, reply, {
        reason: first.reason,
        excludedTools: namesOf(tools).filter((name) => !first.tools.includes(name)),
        valueTries: 1,
        hint: first.hint,
      });
    }
    if (checked.every(({ tool }) => isLookUp(tool))) memory.hasLookedUp = true;
    else memory.missing = undefined;
    return undefined;
  }
  if (missing.length > 0) {
    memory.missing = missing;
    memory.meant = checked.find(({ tool }) => !isLookUp(tool))?.tool.name;
    memory.hasLookedUp = false;
  }
  if (valueTries >= maxValueTries) return askUser(run, attempt, { reply, missing });
  // Without the tool that it meant, a small model takes another action: only look-ups can give the value.
  const lookUps = findLookUps(checked, {
    tools,
    kinds,
    conversation: missing.length > 0 ? conversation : undefined,
  });
  const others = lookUps.length === 0 ? [] : tools.filter((tool) => !lookUps.includes(tool));
  return askAgain(attempt, reply, {
    reason:
      missing.length === 0
        ? 'A call had an identifier that does not occur in the conversation.'
        : `A call had a value of ${quoted(missing)} that does not occur in the conversation.`,
    excludedTools: [...new Set([...excludedTools, ...added, ...namesOf(others)])],
    valueTries: valueTries + 1,
  });
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
 * The tools that can find what the user named, if a call acts on something with another identifier and no call or result has the
 * name so far; `undefined` if there is no such name or tool.
 */
function searchFor<Context>(
  calls: readonly CheckedInput<Context>[],
  { tools, kinds }: SearchParts<Context>,
  { turns }: Conversation,
): Search | undefined {
  const inputs = turns.map(inputText).join('\n');
  const isChosen = calls.some(({ input, tool }) => {
    const ids = Object.entries(input).filter(([name]) => kinds.isIdentifier(name));
    return !isLookUp(tool) && ids.some(([, id]) => !inputs.includes(String(id)));
  });
  return isChosen ? findSearch({ tools, kinds }, turns) : undefined;
}

/**
 * The request for the action that the model meant, if something was looked up since that it had made up, and the user means what is
 * found there ("the whole bill").
 */
function forceMeant<Context>(
  run: Run<Context>,
  attempt: Attempt,
  { reply, conversation }: Judged,
): Verdict | undefined {
  const { meant, hasLookedUp } = replySlice.of(run.state);
  if (!hasLookedUp || attempt.forcesCall !== undefined) return undefined;
  const input = lastInput(conversation.turns).text;
  if (input.includes('?') || !refersToFound(input)) return undefined;
  const names = namesOf(runTools(run));
  if (meant === undefined || !names.includes(meant)) return undefined;
  return askAgain(attempt, reply, {
    reason: `The reply ended before "${meant}", although what it needs was looked up.`,
    excludedTools: names.filter((name) => name !== meant),
    forcesCall: true,
    valueTries: maxValueTries,
  });
}

/** The last resort for a value that no tool gave: the request allows only a question. */
function askUser<Context>(
  run: Run<Context>,
  attempt: Attempt,
  { reply, missing }: { readonly reply: ModelReply; readonly missing: readonly string[] },
): Verdict | undefined {
  // An answer in a form has no place for a question.
  if (attempt.hint !== undefined || run.setup.output !== undefined) return undefined;
  replySlice.of(run.state).missing = undefined;
  const what = missing.length === 0 ? 'The value' : quoted(missing);
  return askAgain(attempt, reply, {
    reason: `${what} was neither given nor looked up, and the reply did not ask for it.`,
    excludedTools: namesOf(runTools(run)),
    forcesCall: false,
    hint: `Nobody gave ${missing.length === 0 ? 'a value that you need' : what}. Ask the user for it in one short question.`,
  });
}

function doubtText<Context>(
  run: Run<Context>,
  attempt: Attempt,
  { reply, text, conversation }: Judged & { readonly text: string },
): Verdict | undefined {
  const tools = runTools(run);
  const { missing } = replySlice.of(run.state);
  if (missing !== undefined && !text.includes('?')) {
    const again =
      forceMeant(run, attempt, { reply, conversation }) ??
      askUser(run, attempt, { reply, missing });
    if (again !== undefined) return again;
  }
  const form = run.setup.output?.schema.jsonSchema;
  const word = form === undefined ? undefined : findUngivenWord(text, form, conversation);
  if (word !== undefined) {
    return askAgain(attempt, reply, {
      reason: `The form has "${word}", which nobody gave.`,
      phase: 'answer',
      hidesTools: true,
    });
  }
  if (attempt.forcesCall !== undefined) return undefined;
  const about = { tools, kinds: kindsOf(tools), conversation };
  const doubt =
    (form === undefined ? undefined : doubtForm(text, form, about)) ?? doubtAnswer(text, about);
  if (doubt === undefined) return undefined;
  const { excludedTools = [] } = attempt;
  const others = namesOf(tools).filter((name) => doubt.tools?.includes(name) === false);
  return askAgain(attempt, reply, {
    reason: doubt.reason,
    forcesCall: true,
    excludedTools: [...new Set([...excludedTools, ...others])],
    ...(doubt.hint !== undefined && { hint: doubt.hint }),
  });
}

const kindsOf = memoize((tools: readonly Tool<never>[]) =>
  identifierKinds(tools.map(({ schema }) => schema.jsonSchema)),
);

function namesOf(tools: readonly { readonly name: string }[]): readonly string[] {
  return tools.map(({ name }) => name);
}

function quoted(names: readonly string[]): string {
  return [...new Set(names)].map((name) => `"${name}"`).join(' and ');
}

/**
 * Whether an identifier does not have the kind that the parameter takes, or is several words without a digit: that is the title or
 * name of something, which must be looked up. Or the only parameter of a search is an identifier, which another tool takes.
 */
function hasOtherIdentifier<Context>(
  { input, tool }: CheckedInput<Context>,
  kinds: IdentifierKinds,
): boolean {
  const isOther = (name: string, value: string) =>
    /^[^\d]*\S\s+\S[^\d]*$/.test(value) || kinds.isOfOtherKind(name, value);
  const hasOther = groundedPaths(tool, true).some((path) => {
    const names = namesInPath(path);
    const name = names.at(-1) ?? '';
    const values = isIdentifierName(name) ? valuesAt(input, names).flatMap(leavesOf) : [];
    return values.some((value) => isOther(name, String(value)));
  });
  const [[name, text] = [], ...others] = Object.entries(input);
  const isSearch = name !== undefined && others.length === 0 && !kinds.isIdentifier(name);
  return hasOther || (isSearch && typeof text === 'string' && kinds.isOnlyIdentifiers(text));
}
