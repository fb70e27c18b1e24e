import { z } from 'zod';
import { Agent } from '../../src/agent/agent.ts';
import type { AgentInput } from '../../src/agent/read-input.ts';
import type { RunResult } from '../../src/agent/run-result.ts';
import type { CompactionPolicy } from '../../src/context/compact.ts';
import type { TurnwiseError } from '../../src/errors.ts';
import type { JsonValue } from '../../src/json.ts';
import type { Decision, WaitingCall } from '../../src/run/state/decision.ts';
import type { RunEvent } from '../../src/run/state/run-event.ts';
import { tool } from '../../src/tool/tool.ts';
import { type BlobStore, memoryBlobStore } from '../../src/turns/blob-store.ts';
import { type FromOutside, OutsideWorld } from './outside-world.ts';
import { type PlannedReply, plannedModel } from './planned-model.ts';
import { plainJson } from './play-scenario.ts';
import { readEvents } from './read-events.ts';
import { type JournalEntry, segmentEffects } from './segment-journal.ts';
import { tinyPng } from './tiny-image.ts';

/** A run that pauses, uses images and does not fit its context window. */
export interface SegmentedScenario {
  readonly input: AgentInput;
  readonly plan: readonly PlannedReply[];
  readonly policy: CompactionPolicy;
  /** Tokens of the context window. */
  readonly window: number;
  readonly maxParallelTools: number;
  readonly outside?: FromOutside;
}

/** One part of a run between two pauses. */
export interface Segment {
  readonly seed: JsonValue;
  readonly decisions: Record<string, Decision>;
  readonly journal: readonly JournalEntry[];
  readonly events: readonly RunEvent[];
  /** The ids of the calls that were executed, with the attempt. */
  readonly executed: readonly string[];
  readonly end: RunResult | TurnwiseError;
}

/** Names of the tools that plans may call. */
export const segmentTools = [
  'safe',
  'never',
  'fails',
  'photo',
  'alone',
  'asks',
  'gated',
  'outside',
];

/** A new agent for each part, as in a new process; only the blobs stay. */
function createAgent(
  { plan, policy, window, maxParallelTools }: SegmentedScenario,
  blobs: BlobStore,
  executed: string[],
): Agent {
  const parameters = z.object({ at: z.number(), text: z.string() });
  const note = (callId: string, attempt: number) => void executed.push(`${callId} ${attempt}`);
  const quick = (name: string, options: { repeat?: 'safe'; concurrency?: 'exclusive' } = {}) =>
    tool({
      name,
      description: 'A tool.',
      parameters,
      ...options,
      execute: async ({ at, text }, { callId, attempt, progress }) => {
        note(callId, attempt);
        for (let turn = 0; turn < at; turn++) await new Promise(setImmediate);
        progress(at);
        if (name === 'fails') throw new RangeError(`${callId} failed`);
        return { text, at, callId };
      },
    });
  return new Agent({
    name: 'segmented',
    model: plannedModel(plan),
    instructions: () => 'Be brief.',
    blobs,
    contextWindow: { policy, tokens: window },
    limits: { maxParallelTools, maxSteps: 30, maxWallTimeMs: 600_000 },
    tools: [
      quick('safe', { repeat: 'safe' }),
      quick('never'),
      quick('fails'),
      quick('alone', { concurrency: 'exclusive' }),
      { ...quick('gated'), needsApproval: ({ at }: { at: number }) => at > 0 } as never,
      tool({ name: 'outside', description: 'Runs elsewhere.', parameters }),
      tool({
        name: 'photo',
        description: 'An image.',
        parameters,
        execute: ({ at }) => ({ type: 'image', image: Buffer.concat([tinyPng, Buffer.of(at)]) }),
      }),
      tool({
        name: 'asks',
        description: 'Asks.',
        parameters: z.object({ at: z.number(), text: z.string().refine(async () => true) }),
        execute: async ({ at }, { ask, callId, attempt }) => {
          const first = await ask(`First of ${callId}?`);
          const second = at > 1 ? await ask({ second: first }) : 'none';
          note(callId, attempt);
          return [first, second];
        },
      }),
    ],
  });
}

/** Runs one part on a journal, to which the effects that are executed are added. */
async function playSegment(
  scenario: SegmentedScenario,
  blobs: BlobStore,
  { seed, decisions, journal }: Pick<Segment, 'seed' | 'decisions' | 'journal'>,
  world: OutsideWorld,
): Promise<Segment> {
  const executed: string[] = [];
  const agent = createAgent(scenario, blobs, executed);
  const rows = journal.map((entry) => ({ ...entry }));
  const effects = segmentEffects(rows, (id) => world.during(id, run));
  const run = agent.resume(seed, { effects, decisions });
  world.giveUnread(run);
  const { events } = await readEvents(run);
  const end = await run.result.catch((error: TurnwiseError) => error);
  world.takeRead(rows);
  return { seed, decisions, journal: rows, events, executed, end };
}

/** Runs from a part to the end, deciding whenever the run waits. */
export async function playOn(
  scenario: SegmentedScenario,
  blobs: BlobStore,
  first: Pick<Segment, 'seed' | 'decisions' | 'journal'>,
  world = new OutsideWorld(scenario.outside ?? { inputs: [] }),
): Promise<readonly Segment[]> {
  const segments = [await playSegment(scenario, blobs, first, world)];
  for (let count = 0; count < 60; count++) {
    const end = segments.at(-1)?.end;
    if (end === undefined || end instanceof Error || end.status === 'stopped') break;
    // A run does not end while an input waits that it has not read.
    if (end.status === 'completed' && world.unread.length === 0) break;
    const decisions = end.status === 'paused' ? decideOn(end.waiting) : {};
    const next = { seed: plainJson(end.state), decisions, journal: [] };
    segments.push(await playSegment(scenario, blobs, next, world));
  }
  return segments;
}

/** Runs a whole scenario. */
export async function playSegments(
  scenario: SegmentedScenario,
): Promise<{ readonly segments: readonly Segment[]; readonly blobs: BlobStore }> {
  const blobs = memoryBlobStore();
  const seed = await createAgent(scenario, blobs, []).seed(scenario.input, { runId: 'run-1' });
  const first = { seed: plainJson(seed), decisions: {}, journal: [] };
  return { segments: await playOn(scenario, blobs, first), blobs };
}

/** Decides on half of the calls that wait, always in the same way. Doubt is decided first: other pauses do not have it. */
function decideOn(waiting: readonly WaitingCall[]): Record<string, Decision> {
  const inDoubt = waiting.filter(({ kind }) => kind === 'in-doubt');
  const chosen = inDoubt.length > 0 ? inDoubt : waiting.slice(0, Math.ceil(waiting.length / 2));
  return Object.fromEntries(
    chosen.map((waiting) => {
      const { callId, fingerprint } = waiting;
      return [callId, { ...decide(waiting), fingerprint }];
    }),
  );
}

function decide({ callId, kind, call, question }: WaitingCall): Decision {
  switch (kind) {
    case 'in-doubt':
      return { kind: 'run-again' };
    case 'question':
      return { kind: 'answer', value: { to: question ?? null } };
    case 'outside':
      return { kind: 'answer', value: `From outside ${callId}.` };
    case 'approval':
      return permit(call.arguments.at);
  }
}

function permit(at: JsonValue | undefined): Decision {
  if (at === 1) return { kind: 'approve' };
  if (at === 2) return { kind: 'deny', reason: 'Not today.' };
  return { kind: 'edit', arguments: { at: 1, text: 'Edited.' } };
}
