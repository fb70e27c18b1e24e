import type { JsonValue } from '../../json.ts';
import { type Check, checkThat, isCount, listOf, objectOf, optional } from '../../json-check.ts';
import { isResult } from '../../turns/check-turn.ts';
import type { ToolCall, ToolResult } from '../../turns/turn.ts';
import {
  type Decision,
  fingerprintOfWait,
  isDecision,
  isOpenWait,
  isPermission,
  type OpenWait,
  type Permission,
  type WaitingCall,
} from './decision.ts';
import type { RunState } from './run-state.ts';
import { defineSlice, savedMap, transient } from './state-slice.ts';

/** What is known of an open call that has waited for a decision. Plain JSON. */
export interface OpenCall {
  /** What it waits for, until a decision on it is carried out. */
  readonly waiting?: OpenWait | undefined;
  /** The decision on `waiting`, until it is carried out. */
  readonly decision?: Decision;
  /** Whether it may run. */
  readonly permission?: Permission | undefined;
  /** The answers to the questions of its tool, oldest first. */
  readonly answers?: readonly JsonValue[];
  /** What the tool returned, as a human reports it. */
  readonly given?: readonly [JsonValue];
  /** The reason to end it without a known result. */
  readonly gaveUp?: { readonly reason?: string | undefined };
  /** How often it has begun. */
  readonly executions?: number;
}

const isJson = checkThat((value) => value !== undefined);

const isOpenCall: Check = objectOf({
  waiting: optional(isOpenWait),
  decision: optional(isDecision),
  permission: optional(isPermission),
  answers: optional(listOf(isJson)),
  given: optional(listOf(isJson)),
  gaveUp: optional(objectOf({})),
  executions: optional(isCount),
});

/** The calls of the open turn: those that have a result, and what the others wait for. */
export const openCallsSlice = defineSlice({
  /** The results so far, by call id: a call that has one never runs again. */
  answered: savedMap<ToolResult>(isResult),
  /** What is known of calls that have waited, by call id. */
  openCalls: savedMap<OpenCall>(isOpenCall),
  /** Whether everything that may run now has run. */
  isExhausted: transient(() => false),
});

/** What is known of a call. */
export function openCallOf(state: RunState, id: string): OpenCall {
  return openCallsSlice.of(state).openCalls.get(id) ?? untouched;
}

const untouched: OpenCall = Object.freeze({});

/** Changes what is known of a call. */
export function changeOpenCall(state: RunState, id: string, changes: OpenCall): void {
  openCallsSlice.of(state).openCalls.set(id, { ...openCallOf(state, id), ...changes });
}

/** Removes what a call waited for, and the decision on it. */
export function endWait(state: RunState, id: string, changes: OpenCall): void {
  const { waiting: _waiting, decision: _decision, ...rest } = openCallOf(state, id);
  openCallsSlice.of(state).openCalls.set(id, { ...rest, ...changes });
}

/** Lets a call wait, and returns the entry for `waiting`. */
export function startWait(
  state: RunState,
  call: ToolCall,
  asked: Pick<OpenWait, 'kind' | 'question' | 'since'>,
): WaitingCall {
  const { executions = 0 } = openCallOf(state, call.id);
  const { since, ...question } = asked;
  const fingerprint = fingerprintOfWait(state.runId, call, { ...question, executions });
  const waiting = { ...asked, fingerprint };
  const repaired = isAsWritten(state, call) ? {} : { repaired: call.arguments };
  endWait(state, call.id, { waiting: { ...waiting, ...repaired } });
  return { callId: call.id, call, ...waiting };
}

/** Whether the arguments are those of the model or of a human, without repairs. */
function isAsWritten(state: RunState, call: ToolCall): boolean {
  const { transcript } = state;
  const open = transcript.awaits === 'tool' ? transcript.openCalls : [];
  const written = open.find(({ id }) => id === call.id) ?? call;
  return call.arguments === allowedCall(written, openCallOf(state, call.id).permission).arguments;
}

/** Forgets everything about the calls of a turn that now has its results. */
export function closeCalls(state: RunState): void {
  const open = openCallsSlice.of(state);
  open.answered.clear();
  if (open.openCalls.size > 0) open.openCalls.clear();
  open.isExhausted = false;
}

/** The calls that wait for a decision, in the order of the turn. */
export function waitingCalls(state: RunState): readonly WaitingCall[] {
  const { transcript } = state;
  const { answered, openCalls } = openCallsSlice.of(state);
  if (transcript.awaits !== 'tool' || openCalls.size === 0) return [];
  return transcript.openCalls.flatMap((call) => {
    const { waiting, decision, permission } = openCallOf(state, call.id);
    if (waiting === undefined || decision !== undefined || answered.has(call.id)) return [];
    const { repaired, ...asked } = waiting;
    const allowed = allowedCall(call, permission);
    const shown = repaired === undefined ? allowed : { ...allowed, arguments: repaired };
    return [{ callId: call.id, call: shown, ...asked }];
  });
}

/** The call as it may run: with the arguments of a human, if there are any. */
function allowedCall(call: ToolCall, permission: Permission | undefined): ToolCall {
  return permission?.kind === 'edit' ? { ...call, arguments: permission.arguments } : call;
}
