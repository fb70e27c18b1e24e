import {
  type JsonValue,
  type RunResult,
  type RunStateJson,
  Transcript,
  TurnwiseError,
  type WaitingCall,
} from '@turnwise/core';
import { errorFromJson } from '@turnwise/core/model';
import type { RunRecord, RunStore, Segment } from '../store/run-store.ts';
import type { DurableAgent } from './durable-agent.ts';

/** How a durable run ended, or what it waits for. */
export type DurableResult = {
  readonly runId: string;
  readonly transcript: Transcript;
  readonly state: RunStateJson;
} & (
  | {
      readonly status: 'completed';
      /** The answer as JSON. */
      readonly output: JsonValue;
      /** The answer as the model wrote it. */
      readonly text: string;
    }
  | {
      readonly status: 'stopped';
      /** Why it ended without an answer, such as `aborted`. */
      readonly reason: string;
    }
  | {
      readonly status: 'waiting';
      /** What waits for a decision. */
      readonly waiting: readonly WaitingCall[];
    }
);

/** What a store keeps of the end of a run, besides its state. */
export function toEnd(result: RunResult<unknown>): JsonValue {
  if (result.status === 'completed') return toJson({ output: result.output, text: result.text });
  return result.status === 'stopped' ? { reason: result.reason } : {};
}

/** A copy that is plain JSON; `null` for a value that JSON does not have. */
export function toJson(value: unknown): JsonValue {
  return JSON.parse(JSON.stringify(value) ?? 'null');
}

/** The segment that follows the present one of a run. The state is plain JSON, and the store writes it as text. */
export function nextSegment(
  run: RunRecord,
  state: RunStateJson,
  agents: ReadonlyMap<string, DurableAgent>,
): Segment {
  const fingerprint = agents.get(run.agent)?.agent.fingerprint() ?? '';
  return {
    number: run.segment + 1,
    state: state as unknown as JsonValue,
    decisions: {},
    fingerprint,
  };
}

/**
 * Reads how a run ended from the store; `undefined` if it is running. Rejects with the error of a run that failed, and with the
 * problem of one that is blocked.
 */
export async function readEnd(
  store: Pick<RunStore, 'segment'>,
  run: RunRecord,
): Promise<DurableResult | undefined> {
  const { status, problem } = run;
  if (status === 'running') return undefined;
  const end = Object(run.end) as Readonly<Record<string, JsonValue>>;
  if (status === 'failed') throw errorFromJson(end.error);
  if (status === 'blocked') throw errorFromJson({ name: 'TurnwiseError', ...problem });
  const { state } = await store.segment(run.id, run.segment);
  const saved = state as unknown as RunStateJson;
  const common = { runId: run.id, transcript: Transcript.fromJSON(saved.transcript), state: saved };
  if (status === 'waiting')
    return { ...common, status, waiting: run.waiting as unknown as readonly WaitingCall[] };
  if (status === 'stopped') return { ...common, status, reason: String(end.reason) };
  return { ...common, status, output: end.output ?? null, text: String(end.text) };
}

/** Whether a run takes no input and no decision any more. */
export function hasEnded({ status }: RunRecord): boolean {
  return status === 'completed' || status === 'stopped' || status === 'failed';
}

/** The error for a run that takes no input and no decision any more. */
export function runEnded({ id, status }: RunRecord): TurnwiseError {
  return new TurnwiseError(
    'run_ended',
    `The run ${JSON.stringify(id)} has ended (${status}). Start a new run; result(id) is how it ended.`,
  );
}
