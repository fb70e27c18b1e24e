import { isJsonObject, type JsonObject, type JsonValue } from '../../json.ts';
import { memoize } from '../../memoize.ts';
import { namesOf, valuesAt } from '../../schema/json-schema/parameter-path.ts';
import { shorten } from '../../shorten.ts';
import { groundedPaths, isIdentifierName } from '../../tool/grounded-parameters.ts';
import { type CheckedCall, type PreparedCall, refuse } from '../../tool/prepare-call.ts';
import {
  leavesOf,
  occursIn,
  type SearchableText,
  searchableText,
} from '../../tool/searchable-text.ts';
import type { Tool } from '../../tool/tool.ts';
import {
  type Part,
  type ToolCall,
  type ToolResult,
  type ToolResultStatus,
  type Turn,
  textOf,
} from '../../turns/turn.ts';
import { readInstructions } from '../program/read-instructions.ts';
import type { LoopGenerator } from '../state/loop-generator.ts';
import type { Run } from '../state/run-setup.ts';

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

/** What grounds a value. */
interface Conversation {
  readonly instructions: SearchableText;
  readonly turns: readonly Turn[];
}

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
      .filter((value) => !isGrounded(value, isIdentifier, conversation))
      .map((value) => ({ path, value }));
  });
}

function isGrounded(
  value: string | number,
  isIdentifier: boolean,
  { instructions, turns }: Conversation,
): boolean {
  const holds = (text: SearchableText) => occursIn(text, value, { isIdentifier });
  if (holds(instructions)) return true;
  return turns.some((turn, place) =>
    sourcesOf(turn).some(({ text, callId }) => {
      if (!holds(text)) return false;
      // An error often repeats the value of its own call; that does not make the value true.
      return callId === undefined || !wasPassed(value, callOf(turns[place - 1], callId));
    }),
  );
}

/** A text of a turn that can ground a value. `callId` is set if the text is an error of that call. */
interface Source {
  readonly text: SearchableText;
  readonly callId?: string;
}

const sourcesOf = memoize((turn: Turn): readonly Source[] => {
  switch (turn.role) {
    case 'assistant':
      return [];
    case 'user':
      return turn.inputs.map(({ parts }) => ({ text: searchableParts(parts) }));
    case 'tool': {
      const inputs = (turn.inputs ?? []).map(({ parts }) => ({ text: searchableParts(parts) }));
      return [...turn.results.flatMap(sourceOf), ...inputs];
    }
  }
});

/** Results of these kinds repeat what the model wrote, and no tool made them. */
const echoes: ReadonlySet<ToolResultStatus> = new Set([
  'ungrounded-arguments',
  'invalid-arguments',
  'unknown-tool',
]);

function sourceOf(result: ToolResult): readonly Source[] {
  if (echoes.has(result.status)) return [];
  const text = searchableParts(result.parts);
  return [isFailure(result) ? { text, callId: result.callId } : { text }];
}

/** Many tools return their errors as JSON instead of throwing them. */
function isFailure({ status, parts }: ToolResult): boolean {
  if (status !== 'ok') return true;
  const text = textOf(parts);
  if (!/^\s*\{/.test(text) || !/"(?:error|ok|success)"/.test(text)) return false;
  try {
    const value: JsonValue = JSON.parse(text);
    if (!isJsonObject(value)) return false;
    return Boolean(value.error) || value.ok === false || value.success === false;
  } catch {
    return false;
  }
}

function searchableParts(parts: readonly Part[]): SearchableText {
  return searchableText(textOf(parts));
}

function callOf(turn: Turn | undefined, callId: string): ToolCall | undefined {
  if (turn?.role !== 'assistant' || turn.kind !== 'calls') return undefined;
  return turn.calls.find(({ id }) => id === callId);
}

/** Whether the value was an argument of the call, or a part of one. */
function wasPassed(value: string | number, call: ToolCall | undefined): boolean {
  if (call === undefined) return false;
  return leavesOf(call.arguments).some((passed) =>
    occursIn(searchableText(String(passed)), value, { isIdentifier: true }),
  );
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
