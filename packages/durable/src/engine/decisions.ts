import { type JsonValue, TurnwiseError } from '@turnwise/core';
import type { RunRecord, Signal } from '../store/run-store.ts';
import type { RunDecision } from './durable-agent.ts';
import { hasEnded, runEnded } from './run-end.ts';
import type { RunEngine } from './run-engine.ts';

/** A decision as a store keeps it. */
type AnyDecision = Readonly<Record<string, JsonValue | undefined>>;

/** The decisions that fit each kind of waiting. */
const fitting: Readonly<Record<string, readonly string[]>> = {
  approval: ['approve', 'edit', 'deny'],
  question: ['answer', 'deny'],
  outside: ['answer', 'deny'],
  'in-doubt': ['happened', 'run-again', 'give-up'],
};

/** Where decisions are added. */
type DecisionTarget = Pick<RunEngine, 'hasSignal' | 'addSignals'>;

/** The id of the signal with a decision on a call. A call can wait again in a later segment. */
function signalId(segment: number, callId: string): string {
  return `decision/${segment}/${callId}`;
}

/** The decisions that were given on what a run waits for, by call id, and the ids of their signals. */
export function decisionsFor(
  run: RunRecord,
  signals: readonly Signal[],
): { readonly decisions: Readonly<Record<string, JsonValue>>; readonly used: readonly string[] } {
  const decisions: Record<string, JsonValue> = {};
  const used: string[] = [];
  for (const callId of run.waiting.map(callIdOf)) {
    const signal = signals.find(({ id }) => id === signalId(run.segment, callId));
    if (signal === undefined) continue;
    decisions[callId] = signal.body;
    used.push(signal.id);
  }
  return { decisions, used };
}

/**
 * Adds decisions, by call id, and returns the ids of the calls whose decision is new; needs no owner of the store. A call that has a
 * decision keeps it. Rejects
 * before anything is added: with `run_unknown`, with `run_ended`, with `invalid_options` for a call that does not wait, a
 * decision that does not fit, and a wrong fingerprint, and with what `check` rejects with. It gets the new decisions.
 */
export async function addDecisions(
  target: DecisionTarget,
  run: RunRecord,
  given: Readonly<Record<string, RunDecision>>,
  check: (decisions: Readonly<Record<string, RunDecision>>) => Promise<void>,
): Promise<readonly string[]> {
  const isOpen = await Promise.all(
    Object.entries(given).map(async ([callId, decision]) => {
      const waiting = run.waiting.find((each) => callIdOf(each) === callId);
      if (waiting === undefined) return await refuseUnknown(target, run, callId);
      checkDecision(callId, decision as unknown as AnyDecision, waiting as AnyDecision);
      return true;
    }),
  );
  const open = Object.entries(given).filter((_, place) => isOpen[place] === true);
  if (open.length === 0) return [];
  await check(Object.fromEntries(open));
  const signals = open.map(([callId, decision]) => ({
    id: signalId(run.segment, callId),
    kind: 'decision' as const,
    body: decision as unknown as JsonValue,
  }));
  const isGiven = await Promise.all(signals.map(({ id }) => target.hasSignal(run.id, id)));
  // A signal that exists stays as it is. It is added again, because that wakes a run that could not be continued with it.
  await target.addSignals(run, signals);
  return open.flatMap(([callId], place) => (isGiven[place] === true ? [] : [callId]));
}

/** Does nothing if the decision was given before. */
async function refuseUnknown(
  target: DecisionTarget,
  run: RunRecord,
  callId: string,
): Promise<false> {
  for (let segment = run.segment; segment > 0; segment -= 1) {
    if (await target.hasSignal(run.id, signalId(segment, callId))) return false;
  }
  if (hasEnded(run)) throw runEnded(run);
  const ids = run.waiting.map((each) => `"${callIdOf(each)}"`).join(', ');
  const hint = ids === '' ? 'It waits for nothing now.' : `These calls wait: ${ids}.`;
  throw invalid(`decisions["${callId}"] does not match any call of the run "${run.id}". ${hint}`);
}

function checkDecision(callId: string, decision: AnyDecision, waiting: AnyDecision): void {
  const kind = kindOf(decision);
  const kinds = fitting[String(waiting.kind)] ?? [];
  if (kind === undefined) {
    throw invalid(
      `decisions["${callId}"] has no kind. Pass an object such as { kind: "${kinds[0]}" }; the call waits for one of: ${kinds.join(', ')}.`,
    );
  }
  if (!kinds.includes(kind)) {
    throw invalid(
      `decisions["${callId}"] has the kind ${JSON.stringify(kind)}; the call waits for one of: ${kinds.join(', ')}.`,
    );
  }
  const { fingerprint } = decision;
  if (fingerprint !== undefined && fingerprint !== waiting.fingerprint) {
    throw invalid(
      `decisions["${callId}"] has another fingerprint than the call that waits: the call or its question was changed. Read it again with waiting().`,
    );
  }
}

/** The kind of a decision, also of the short form with `approved`. */
function kindOf(decision: AnyDecision | undefined): string | undefined {
  if (typeof decision !== 'object' || decision === null) return undefined;
  if (typeof decision.kind === 'string') return decision.kind;
  if (decision.approved === false) return 'deny';
  if (decision.approved !== true) return undefined;
  return decision.arguments === undefined ? 'approve' : 'edit';
}

function callIdOf(waiting: JsonValue): string {
  return String((waiting as AnyDecision).callId);
}

function invalid(message: string): TurnwiseError {
  return new TurnwiseError('invalid_options', message);
}
