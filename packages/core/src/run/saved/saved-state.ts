import { applyView } from '../../context/context-view.ts';
import type { Fix } from '../../dialect/fix.ts';
import type { Usage } from '../../dialect/wire.ts';
import { TurnwiseError } from '../../errors.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../json.ts';
import { checkThat, findNotJson, isText, objectOf } from '../../json-check.ts';
import { Transcript, type TranscriptJson } from '../../turns/transcript.ts';
import { limitsSlice } from '../limits/limits.ts';
import { loopGuardSlice } from '../limits/loop-guard.ts';
import { clockSlice } from '../limits/run-clock.ts';
import { inboxSlice } from '../program/drain-inbox.ts';
import { dialectSlice } from '../request/perform-request.ts';
import { toolsSlice } from '../request/run-tools.ts';
import { approvalsSlice } from '../state/approvals-slice.ts';
import { contextSlice } from '../state/context-slice.ts';
import { costSlice } from '../state/cost.ts';
import { eventsSlice } from '../state/event-count.ts';
import { fixesSlice } from '../state/fixes.ts';
import { openCallsSlice } from '../state/open-calls.ts';
import { replySlice } from '../state/reply-slice.ts';
import { newRunState, type RunState } from '../state/run-state.ts';
import { traceSlice } from '../state/run-tracer.ts';
import type { StateSlice } from '../state/state-slice.ts';
import { stepSlice } from '../state/step.ts';

/** A run's state as plain JSON. Save it, and continue from it with `agent.resume(state)`. */
export interface RunStateJson {
  readonly v: 1;
  readonly runId: string;
  readonly conversationId: string;
  readonly transcript: TranscriptJson;
  /** Number of the last step; 0 before the first. */
  readonly step: number;
  /** Tokens of all requests. */
  readonly usage: Usage;
  /** All fixes, in order. */
  readonly fixes: readonly Fix[];
  /** What each part of the loop remembers. Only the fields named above are a public format. */
  readonly [field: string]: unknown;
}

declare module '../../errors.ts' {
  interface FailedRunState extends RunStateJson {}
}

/** Every slice. Their fields have different names, because they are next to each other in the saved state. */
const slices: readonly StateSlice<object>[] = [
  stepSlice,
  costSlice,
  fixesSlice,
  limitsSlice,
  loopGuardSlice,
  openCallsSlice,
  approvalsSlice,
  inboxSlice,
  clockSlice,
  eventsSlice,
  contextSlice,
  dialectSlice,
  replySlice,
  toolsSlice,
  traceSlice,
];

/** A snapshot as plain JSON; it shares frozen turns with the state. */
export function saveRunState(state: RunState): RunStateJson {
  const { runId, conversationId, transcript } = state;
  const json = { v: 1, runId, conversationId, transcript: transcript.toJSON() };
  // The slices write the other fields.
  for (const slice of slices) slice.save(state, json as unknown as Record<string, JsonValue>);
  return json as unknown as RunStateJson;
}

const checkHead = objectOf({
  v: checkThat((value) => value === 1),
  runId: isText,
  conversationId: isText,
  // Its turns are checked one by one when the transcript is read.
  transcript: checkThat(isJsonObject),
});

/** The path of the first damaged field of a saved state. */
function findDamage(json: JsonObject): string | undefined {
  for (const check of [checkHead, ...slices.map((slice) => slice.check)]) {
    const damaged = check(json);
    if (damaged !== undefined) return damaged.slice(1);
  }
  return undefined;
}

/** Reads a saved state. Throws `invalid_state` if it is not a saved state or is damaged; the message names the field. */
export function loadRunState(json: unknown): RunState {
  const mistaken = explainMistake(json);
  if (mistaken !== undefined) throw new TurnwiseError('invalid_state', mistaken);
  if (!isJsonObject(json)) throw invalid('This is not a saved run');
  const damaged = findNotJson(json)?.slice(1) ?? findDamage(json);
  if (damaged !== undefined) throw invalid(`The saved run is damaged at \`${damaged}\``);
  // Every field has passed its check.
  const saved = json as unknown as RunStateJson;
  const transcript = Transcript.fromJSON(saved.transcript);
  const state = newRunState(saved.runId, saved.conversationId, transcript);
  for (const slice of slices) slice.load(state, json);
  const { answered } = openCallsSlice.of(state);
  for (const [id, { callId }] of answered) {
    // The other calls would run before the turn of the results is refused.
    if (callId !== id) throw invalid(`The saved run is damaged at \`answered["${id}"].callId\``);
  }
  if (!fitsView(state)) throw invalid('The saved run is damaged at `view`');
  return state;
}

/** What was passed in place of a state, and what to pass. */
function explainMistake(json: unknown): string | undefined {
  if (typeof json === 'string') {
    return 'This is a text, not a saved run. If it is the JSON of a state, pass JSON.parse(text).';
  }
  const { v, state, signature, turns } = Object(json) as Readonly<Record<string, unknown>>;
  if (Array.isArray(turns)) {
    return 'This is a transcript, not a saved run. Continue it with agent.run(input, { transcript }).';
  }
  if (v !== undefined || !isJsonObject(state)) return undefined;
  if (signature !== undefined) {
    return 'This is a signed state, not a saved run. Pass verifyState(signed, key).';
  }
  const what = json instanceof Error ? 'an error' : 'a result';
  return `This is ${what}, not a saved run. Pass its \`state\`.`;
}

function invalid(problem: string): TurnwiseError {
  return new TurnwiseError(
    'invalid_state',
    `${problem}. Pass the \`state\` of a result or of an error, unchanged.`,
  );
}

/** The shown part of a conversation must be a conversation in which the same side is next. */
function fitsView(state: RunState): boolean {
  const { turns, awaits } = state.transcript;
  try {
    const shown = applyView(turns, contextSlice.of(state).view);
    return shown === turns || Transcript.of(shown).awaits === awaits;
  } catch {
    return false;
  }
}
