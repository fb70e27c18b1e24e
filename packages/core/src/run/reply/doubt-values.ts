import type { ParsedCall } from '../../dialect/dialect.ts';
import type { JsonObject } from '../../json.ts';
import type { ModelReply } from '../../model/model.ts';
import { namesOf, valuesAt } from '../../schema/json-schema/parameter-path.ts';
import { groundedPaths, isIdentifierName } from '../../tool/grounded-parameters.ts';
import { leavesOf, searchableText } from '../../tool/searchable-text.ts';
import type { Tool } from '../../tool/tool.ts';
import { type Turn, textOf } from '../../turns/turn.ts';
import { readInstructions } from '../program/read-instructions.ts';
import type { Attempt } from '../request/compose-request.ts';
import { runTools } from '../request/run-tools.ts';
import type { LoopGenerator } from '../state/loop-generator.ts';
import type { Run } from '../state/run-setup.ts';
import { stepSlice } from '../state/step.ts';
import { formatRawReply } from './format-raw-reply.ts';
import { hasInventedValue } from './ground-calls.ts';
import { identifierKinds } from './identifier-kinds.ts';
import type { Verdict } from './verdict.ts';

/** Most tools that are left out of the grammar one after the other because their calls had made-up values. */
const maxExcludedTools = 3;

/**
 * Decides about a reply of a model that often makes up values. A call whose identifiers do not occur in the conversation is
 * asked for again with a grammar without that tool, so that the model looks the value up with another one. An answer about
 * something that the user named by its identifier is asked for again as a call if no tool was called for it. Returns
 * `undefined` if there is no doubt.
 */
export function* doubtValues<Context>(
  run: Run<Context>,
  attempt: Attempt,
  reply: ModelReply,
): LoopGenerator<Verdict | undefined> {
  if (reply.needsValueChecks !== true || attempt.phase !== 'act') return undefined;
  const { parsed, raw } = reply;
  const again = (reason: string, change: Partial<Attempt>): Verdict => ({
    kind: 'ask-again',
    attempt: { ...attempt, ...change },
    fix: { kind: 'asked-again', reason, text: formatRawReply(raw) },
  });
  if (parsed.kind === 'calls') {
    const { excludedTools = [] } = attempt;
    const names = yield* toolsWithInventedValues(run, parsed.calls);
    const added = names.filter((name) => !excludedTools.includes(name));
    if (added.length === 0 || excludedTools.length >= maxExcludedTools) return undefined;
    return again('A call had an identifier that does not occur in the conversation.', {
      excludedTools: [...excludedTools, ...added],
    });
  }
  if (parsed.kind !== 'text' || attempt.forcesCall === true) return undefined;
  return answersWithoutLook(run, parsed.text)
    ? again('The reply answered without a call, although the user named something by its id.', {
        forcesCall: true,
      })
    : undefined;
}

/** A call of a tool, before its arguments are checked. */
interface CheckedInput<Context> {
  readonly input: JsonObject;
  readonly tool: Tool<Context>;
}

function* toolsWithInventedValues<Context>(
  run: Run<Context>,
  calls: readonly ParsedCall[],
): LoopGenerator<readonly string[]> {
  const tools = runTools(run);
  const checked = calls.flatMap((call): readonly CheckedInput<Context>[] => {
    const tool = tools.find(({ name }) => name === call.name);
    if (tool === undefined || call.unreadable !== undefined) return [];
    return tool.grounded?.length === 0 ? [] : [{ input: call.arguments, tool }];
  });
  if (checked.length === 0) return [];
  const { turns } = run.state.transcript;
  const { step, stepRequests } = stepSlice.of(run.state);
  const id = `${step}.value-instructions.${stepRequests}`;
  const instructions = searchableText(yield* readInstructions(run, id));
  const invented = checked.filter(
    (each) =>
      hasOtherIdentifier(each, identifierKinds(tools)) ||
      hasInventedValue(each, { isOn: true, instructions, turns }),
  );
  return [...new Set(invented.map(({ tool }) => tool.name))];
}

/**
 * Whether an identifier does not have the kind that the parameter takes, or is several words without a digit: that is the title or
 * name of something, which must be looked up. Or the only parameter of a search is an identifier, which another tool takes.
 */
function hasOtherIdentifier<Context>(
  { input, tool }: CheckedInput<Context>,
  kinds: ReturnType<typeof identifierKinds>,
): boolean {
  const isOther = (name: string, value: string) =>
    /^[^\d]*\S\s+\S[^\d]*$/.test(value) || kinds.isOfOtherKind(name, value);
  const hasOther = groundedPaths(tool, true).some((path) => {
    const names = namesOf(path);
    const name = names.at(-1) ?? '';
    const values = isIdentifierName(name) ? valuesAt(input, names).flatMap(leavesOf) : [];
    return values.some((value) => isOther(name, String(value)));
  });
  const [[name, text] = [], ...others] = Object.entries(input);
  const isSearch = name !== undefined && others.length === 0 && !isIdentifierName(name);
  return hasOther || (isSearch && typeof text === 'string' && kinds.isOnlyIdentifiers(text));
}

/** A name of letters and digits, such as `A-14` or `INV203`, or a number such as `#4711`. */
const identifier = /(?<![\p{L}\p{N}])(?:\p{L}{1,8}[-_]?|#)\p{N}[\p{L}\p{N}_-]*/u;

/** Whether the user's last input has an identifier, and the reply is neither a question nor based on a call. */
function answersWithoutLook<Context>({ state }: Run<Context>, text: string): boolean {
  const last: Turn | undefined = state.transcript.turns.at(-1);
  if (last?.role !== 'user' || text.includes('?')) return false;
  return last.inputs.some(({ parts }) => identifier.test(textOf(parts)));
}
