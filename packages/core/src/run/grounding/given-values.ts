import { isJsonObject, type JsonValue } from '../../json.ts';
import { memoize } from '../../memoize.ts';
import {
  leavesOf,
  occursIn,
  type SearchableText,
  searchableText,
} from '../../tool/searchable-text.ts';
import { inputsOf } from '../../turns/inputs.ts';
import {
  type Part,
  type ToolCall,
  type ToolResult,
  type ToolResultStatus,
  type Turn,
  textOf,
} from '../../turns/turn.ts';

/** What the model was given. */
export interface Conversation {
  readonly instructions: SearchableText;
  readonly turns: readonly Turn[];
}

/**
 * Whether a value occurs in what the model was given: the instructions, the inputs of the user or the results of tools. Its own
 * texts and calls do not count.
 */
export function isGiven(
  value: string | number,
  {
    isIdentifier,
    conversation: { instructions, turns },
  }: { readonly isIdentifier: boolean; readonly conversation: Conversation },
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
      const inputs = inputsOf(turn).map(({ parts }) => ({ text: searchableParts(parts) }));
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

/** Whether a result reports an error. Many tools return their errors as JSON instead of throwing them. */
export function isFailure({ status, parts }: ToolResult): boolean {
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

/** The numbers in what the model was given, without those that are a part of a name. */
export function givenNumbers({ instructions, turns }: Conversation): ReadonlySet<number> {
  const texts = [instructions, ...turns.flatMap(sourcesOf).map(({ text }) => text)];
  return new Set(texts.flatMap(({ numbers }) => [...numbers]));
}

/** What the model was given, in lower case and without white space. */
export function lettersOf({ instructions, turns }: Conversation): string {
  const texts = [instructions, ...turns.flatMap(sourcesOf).map(({ text }) => text)];
  return texts.map(({ letters }) => letters).join('\n');
}

/** The calls after the turn at a place. */
export function callsAfter(turns: readonly Turn[], place: number): readonly ToolCall[] {
  return turns
    .slice(place)
    .flatMap((turn) => (turn.role === 'assistant' && turn.kind === 'calls' ? turn.calls : []));
}

/** The texts of all results. */
export function resultsOf(turns: readonly Turn[]): readonly string[] {
  return turns.flatMap((turn) =>
    turn.role === 'tool' ? turn.results.map(({ parts }) => textOf(parts)) : [],
  );
}
