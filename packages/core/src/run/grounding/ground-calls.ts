import type { JsonObject } from '../../json.ts';
import { isIdentifierName } from '../../schema/json-schema/identifier-kinds.ts';
import { namesOf, valuesAt } from '../../schema/json-schema/parameter-path.ts';
import { shorten } from '../../shorten.ts';
import { groundedPaths } from '../../tool/grounded-parameters.ts';
import { type CheckedCall, type PreparedCall, refuse } from '../../tool/prepare-call.ts';
import { leavesOf, searchableText } from '../../tool/searchable-text.ts';
import type { Tool } from '../../tool/tool.ts';
import type { ToolResultStatus } from '../../turns/turn.ts';
import { readInstructions } from '../program/read-instructions.ts';
import type { LoopGenerator } from '../state/loop-generator.ts';
import type { Run } from '../state/run-setup.ts';
import { type Conversation, isGiven } from './given-values.ts';

/**
 * Refuses calls whose grounded parameters have a value that does not occur in the conversation: in the instructions, the
 * inputs of the user or the results of tools. The model's own texts and calls do not count. Nothing of such a call runs.
 */
export function* groundCalls<Context>(
  run: Run<Context>,
  calls: readonly CheckedCall<Context>[],
): LoopGenerator<readonly CheckedCall<Context>[]> {
  const isOn = run.setup.grounded;
  const needsCheck = calls.some(
    (each) => each.runnable && groundedPaths(each.tool, isOn).length > 0,
  );
  if (!needsCheck) return calls;
  const { turns } = run.state.transcript;
  const id = `${turns.length}.ground-instructions`;
  const instructions = searchableText(yield* readInstructions(run, id));
  return calls.map((checked) => {
    if (!checked.runnable) return checked;
    const invented = findInvented(checked, isOn, { instructions, turns });
    return invented.length === 0 ? checked : refuse(checked.call, status, explain(invented));
  });
}

/** Whether a grounded parameter of a call has a value that does not occur in the conversation. */
export function hasInventedValue<Context>(
  { input, tool }: { readonly input: JsonObject; readonly tool: Tool<Context> },
  { isOn, instructions, turns }: Conversation & { readonly isOn: boolean },
): boolean {
  return findInvented({ repaired: input, tool }, isOn, { instructions, turns }).length > 0;
}

const status = 'ungrounded-arguments' satisfies ToolResultStatus;

interface InventedValue {
  readonly path: string;
  readonly value: string | number;
}

function findInvented<Context>(
  { repaired, tool }: Pick<PreparedCall<Context>, 'repaired' | 'tool'>,
  isOn: boolean,
  conversation: Conversation,
): readonly InventedValue[] {
  return groundedPaths(tool, isOn).flatMap((path) => {
    const names = namesOf(path);
    const isIdentifier = isIdentifierName(names.at(-1) ?? '');
    return valuesAt(repaired, names)
      .flatMap(leavesOf)
      .filter((value) => !isGiven(value, { isIdentifier, conversation }))
      .map((value) => ({ path, value }));
  });
}

/** Longest value in a result, in characters. */
const maxShown = 200;

function explain(invented: readonly InventedValue[]): string {
  const values = invented.map(
    ({ path, value }) => `"${path}" is ${shorten(JSON.stringify(value), maxShown)}`,
  );
  const [subject, it] =
    values.length === 1
      ? ['which does not occur', 'the value']
      : ['which do not occur', 'the values'];
  return `Not run: ${values.join(', ')}, ${subject} in the conversation. Never make up a value: look ${it} up with another tool, or ask the user.`;
}
