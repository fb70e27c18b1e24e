import type { RunRecord, Signal } from '../store/run-store.ts';
import type { DecideRequest } from './messages.ts';

/** The message to the object of a run for decisions, which are signals to an engine. */
export function toDecideRequest(run: RunRecord, signals: readonly Signal[]): DecideRequest {
  const decisions = signals.map(({ id, body }) => {
    const callId = id.split('/').slice(2).join('/');
    const waiting = run.waiting.find((each) => Object(each).callId === callId) ?? null;
    return [callId, { decision: body, waiting }] as const;
  });
  return { segment: run.segment, at: Date.now(), decisions: Object.fromEntries(decisions) };
}
