import { applyView } from '../context/context-view.ts';
import { TurnwiseError } from '../errors.ts';
import { isJsonObject, type JsonObject } from '../json.ts';
import { Transcript, type TranscriptJson } from '../turns/transcript.ts';
import { replySlice } from './accept-reply.ts';
import { approvalsSlice } from './approvals.ts';
import { contextSlice } from './context-slice.ts';
import { inboxSlice } from './drain-inbox.ts';
import { fixesSlice } from './fixes.ts';
import { limitsSlice } from './limits.ts';
import { loopGuardSlice } from './loop-guard.ts';
import { dialectSlice } from './perform-request.ts';
import { newRunState, type RunState } from './run-state.ts';
import { toolsSlice } from './run-tools.ts';
import { checkThat, isText, objectOf } from './state-check.ts';
import type { StateSlice } from './state-slice.ts';
import { stepSlice } from './step.ts';

/** A run's state as plain JSON. Save it, and continue from it with `agent.resume(state)`. */
export interface RunStateJson {
  readonly v: 1;
  readonly runId: string;
  readonly conversationId: string;
  readonly transcript: TranscriptJson;
  /** What each part of the loop remembers. Its fields are not a public format. */
  readonly slices: Readonly<Record<string, JsonObject>>;
}

/** Every slice, by its name in the saved state. */
const slices: Readonly<Record<string, StateSlice<object>>> = {
  step: stepSlice,
  fixes: fixesSlice,
  limits: limitsSlice,
  loopGuard: loopGuardSlice,
  approvals: approvalsSlice,
  inbox: inboxSlice,
  context: contextSlice,
  dialect: dialectSlice,
  reply: replySlice,
  tools: toolsSlice,
};

/** A snapshot as plain JSON; it shares frozen turns with the state. */
export function saveRunState(state: RunState): RunStateJson {
  const { runId, conversationId, transcript } = state;
  const saved: Record<string, JsonObject> = {};
  for (const [name, slice] of Object.entries(slices)) saved[name] = slice.toJson(state);
  return { v: 1, runId, conversationId, transcript: transcript.toJSON(), slices: saved };
}

const check = objectOf({
  v: checkThat((value) => value === 1),
  runId: isText,
  conversationId: isText,
  // Its turns are checked one by one when the transcript is read.
  transcript: checkThat(isJsonObject),
  slices: objectOf(
    Object.fromEntries(Object.entries(slices).map(([name, { check }]) => [name, check])),
  ),
});

/** Reads a saved state. Throws `invalid_state` if it is not a saved state or is damaged; the message names the field. */
export function loadRunState(json: unknown): RunState {
  if (!isJsonObject(json)) throw invalid('This is not a saved run');
  const damaged = check(json);
  if (damaged !== undefined) throw invalid(`The saved run is damaged at \`${damaged.slice(1)}\``);
  // Every field has passed its check.
  const saved = json as unknown as RunStateJson;
  const transcript = Transcript.fromJSON(saved.transcript);
  const state = newRunState(saved.runId, saved.conversationId, transcript);
  for (const [name, slice] of Object.entries(slices)) slice.load(state, saved.slices[name] ?? {});
  if (!fitsView(state)) throw invalid('The saved run is damaged at `slices.context.view`');
  return state;
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
    return Transcript.of(applyView(turns, contextSlice.of(state).view)).awaits === awaits;
  } catch {
    return false;
  }
}
