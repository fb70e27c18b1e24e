import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { coversRareCases, propertyRuns } from '../../../../scripts/property-runs.ts';
import type { AgentInput } from '../../src/agent/read-input.ts';
import type { RunEvent } from '../../src/run/state/run-event.ts';
import { OutsideWorld } from '../support/outside-world.ts';
import type { JournalEntry } from '../support/segment-journal.ts';
import {
  playOn,
  playSegments,
  type Segment,
  type SegmentedScenario,
  segmentTools,
} from '../support/segmented-run.ts';
import { tinyPng } from '../support/tiny-image.ts';

const call = fc.tuple(
  fc.constantFrom(...segmentTools),
  fc.record({
    at: fc.integer({ min: 0, max: 3 }),
    text: fc.oneof(fc.string(), fc.constant('x'.repeat(3_000)), fc.constant('y'.repeat(9_000))),
  }),
);

/** An effect of one of the first steps, or of one after an input: a request, a call, or the pause of a call. */
const anyEffectId = fc.oneof(
  fc.integer({ min: 1, max: 7 }).map((step) => `${step}.request.1`),
  fc
    .tuple(fc.integer({ min: 0, max: 5 }), fc.integer({ min: 0, max: 4 }))
    .map(([step, call]) => `${2 * step + 1}.${call}`),
);

/** One input for the request of a step, and one for its calls: calls of one step begin in any order. */
const anyInputs = fc.uniqueArray(
  fc
    .tuple(anyEffectId, fc.string({ minLength: 1 }))
    .map(([during, text]) => ({ during, text: `${during}+${text}` })),
  {
    minLength: 1,
    maxLength: 3,
    selector: ({ during }) => `${Number.parseInt(during, 10)} ${during.includes('request')}`,
  },
);

const anySegmentedScenario: fc.Arbitrary<SegmentedScenario> = fc.record({
  input: fc.constantFrom<AgentInput>('Go.', [
    { type: 'text', text: 'See.' },
    { type: 'image', image: tinyPng },
  ]),
  plan: fc.array(
    fc.array(call, { minLength: 1, maxLength: 5 }) as unknown as fc.Arbitrary<
      SegmentedScenario['plan'][number]
    >,
    { maxLength: 5 },
  ),
  policy: fc.constantFrom('cap-and-drop', 'drop', 'summarise'),
  window: fc.constantFrom(2_500, 6_000, 100_000),
  maxParallelTools: fc.integer({ min: 1, max: 4 }),
});

/** The rows that a crash leaves after `count` results; with `keepsIntents` those of effects that had begun, too. */
function cut(
  journal: readonly JournalEntry[],
  count: number,
  keepsIntents: boolean,
): JournalEntry[] {
  const left = journal.slice(0, count);
  if (!keepsIntents) return left;
  const next = journal[count];
  const isTool = (id: string | undefined) => /^\d+\.\d+(?:\.again\.\d+)?$/.test(id ?? '');
  if (next === undefined || !isTool(next.id)) return left;
  return [...left, { id: next.id, input: next.input }];
}

/** What is the same in a run that was cut and continued. */
function describe(segments: readonly Segment[]): unknown {
  const end = segments.at(-1)?.end;
  if (end === undefined || end instanceof Error) return end;
  const { runId, status, transcript, steps, fixes, usage } = end;
  const output = end.status === 'completed' ? end.output : undefined;
  return JSON.parse(JSON.stringify({ runId, status, transcript, steps, fixes, usage, output }));
}

/** The events of a run, with those of calls that run in parallel at the end: they end, or ask, in any order. */
function eventsOf(segments: readonly Segment[]): readonly unknown[] {
  const ordered: unknown[] = [];
  const parallel: string[] = [];
  for (const { events } of segments) {
    const started = new Set<string>();
    for (const event of lastingEvents(events)) {
      if (event.type === 'tool-started') started.add(event.call.id);
      const isParallel =
        event.type === 'tool-started' ||
        event.type === 'tool-finished' ||
        (event.type === 'decision-requested' && started.has(event.call.id));
      if (isParallel) parallel.push(JSON.stringify(withoutStamp(event)));
      else ordered.push(withoutStamp(event));
    }
  }
  return [...ordered, ...parallel.sort()];
}

/** The events that a replay repeats: without deltas and progress. */
function lastingEvents(events: readonly RunEvent[]): readonly RunEvent[] {
  return events.filter(({ seq }) => Number.isInteger(seq));
}

function withoutStamp(event: RunEvent): object {
  const { at: _at, seq: _seq, replayed: _replayed, ...rest } = event;
  const plain = JSON.parse(JSON.stringify(rest));
  return {
    ...plain,
    ...('since' in plain && { since: 0 }),
    ...('durationMs' in plain && { durationMs: 0 }),
  };
}

function recordedCalls(journal: readonly JournalEntry[]): readonly string[] {
  return journal.flatMap(({ id, output }) => (output === undefined ? [] : [id]));
}

interface Cut {
  /** Which segment and after how many results; both modulo what there is. */
  readonly segment: number;
  readonly results: number;
  readonly keepsIntents: boolean;
}

/** Each of the property's runs is one recorded run with some cuts, which are the inputs that count. */
const cutsPerRun = 3;

const anyCut: fc.Arbitrary<Cut> = fc.record({
  segment: fc.nat(),
  results: fc.nat(),
  keepsIntents: fc.boolean(),
});

function expectSameEnd(continued: readonly Segment[], whole: readonly Segment[]): void {
  expect(describe(continued)).toEqual(describe(whole));
}

/**
 * An abort that was accepted before the crash is there when the run continues: calls of the aborted step that had no result yet are
 * answered as cancelled. Everything before that step is the same.
 */
function expectSameAbort(continued: readonly Segment[], whole: readonly Segment[]): void {
  const [end, other] = [continued.at(-1)?.end, whole.at(-1)?.end];
  if (end === undefined || other === undefined || end instanceof Error || other instanceof Error) {
    expect(end).toEqual(other);
    return;
  }
  expect(end.status).toBe(other.status);
  if (end.status === 'stopped' && other.status === 'stopped') expect(end.reason).toBe(other.reason);
  const turns = JSON.parse(JSON.stringify([end.transcript.turns, other.transcript.turns]));
  const [ours, theirs] = turns as readonly [readonly unknown[], readonly unknown[]];
  const shared = Math.min(ours.length, theirs.length) - 1;
  expect(Math.abs(ours.length - theirs.length)).toBeLessThanOrEqual(2);
  expect(ours.slice(0, shared)).toEqual(theirs.slice(0, shared));
}

/** Continues a run from a cut, and compares it with the whole run. Returns what happened. */
async function continueFrom(
  { segment, results, keepsIntents }: Cut,
  scenario: SegmentedScenario,
  { segments, blobs }: Awaited<ReturnType<typeof playSegments>>,
  compare: typeof expectSameEnd = expectSameEnd,
): Promise<readonly string[]> {
  const place = segment % segments.length;
  const { seed, decisions, journal } = segments[place] as Segment;
  const left = cut(journal, results % (journal.length + 1), keepsIntents);
  const before = segments.slice(0, place).map((each) => each.journal);
  const world = new OutsideWorld(scenario.outside ?? { inputs: [] }, [...before, left]);
  const continued = await playOn(scenario, blobs, { seed, decisions, journal: left }, world);
  compare(continued, segments);
  const recorded = recordedCalls(left);
  const executed = continued[0]?.executed.filter((each) => each.endsWith(' 1')) ?? [];
  expect(executed.filter((each) => recorded.includes(each.slice(0, -2)))).toEqual([]);
  const isInDoubt = /"kind":"in-doubt"/.test(
    JSON.stringify(continued.flatMap((each) => each.events)),
  );
  const isWhole = !isInDoubt && compare === expectSameEnd;
  if (isWhole) expect(eventsOf(continued)).toEqual(eventsOf(segments.slice(place)));
  return [
    ...(isInDoubt ? ['doubt'] : []),
    ...(left.length > 0 ? ['replay'] : []),
    ...(left.some(({ output }) => output === undefined) ? ['cut inside an effect'] : []),
  ];
}

/** What a scenario covers. */
function kindsOf(segments: readonly Segment[]): readonly string[] {
  const text = JSON.stringify(segments.flatMap(({ events, end }) => [...events, end.state]));
  const kinds = {
    pause: '"status":"paused"',
    question: '"kind":"question"',
    outside: '"kind":"outside"',
    compaction: '"context-compacted"',
    summary: 'A summary of',
    image: '"sha256"',
    failure: 'failed"',
  };
  return Object.entries(kinds).flatMap(([kind, sign]) => (text.includes(sign) ? [kind] : []));
}

const allKinds = ['pause', 'question', 'outside', 'compaction', 'summary', 'image', 'failure'];

test('a run that is cut anywhere, replayed by a new agent and continued ends as without the cut', async () => {
  const seen = new Set<string>();
  const property = fc.asyncProperty(
    anySegmentedScenario,
    fc.array(anyCut, { minLength: cutsPerRun, maxLength: cutsPerRun }),
    async (scenario, cuts) => {
      const played = await playSegments(scenario);
      for (const kind of kindsOf(played.segments)) seen.add(kind);
      for (const each of cuts) {
        for (const kind of await continueFrom(each, scenario, played)) seen.add(kind);
      }
    },
  );
  await fc.assert(property, { numRuns: Math.ceil(propertyRuns / cutsPerRun) });
  if (!coversRareCases) return;
  const wanted = [...allKinds, 'doubt', 'replay', 'cut inside an effect'];
  expect(wanted.filter((kind) => !seen.has(kind))).toEqual([]);
}, 600_000);

const someCuts = fc.array(anyCut, { minLength: cutsPerRun, maxLength: cutsPerRun });

test('a run that gets inputs while it runs reads each of them once, also if it is cut anywhere and continued', async () => {
  const seen = new Set<string>();
  const property = fc.asyncProperty(
    anySegmentedScenario,
    anyInputs,
    someCuts,
    async (plain, inputs, cuts) => {
      const scenario = { ...plain, outside: { inputs } };
      const played = await playSegments(scenario);
      const text = JSON.stringify(played.segments.map(({ events }) => events));
      if (text.includes('"input-steered"')) seen.add('joins a turn');
      if ((text.match(/"user-turn-added"/g) ?? []).length > 1) seen.add('begins a turn');
      for (const each of cuts) await continueFrom(each, scenario, played);
    },
  );
  await fc.assert(property, { numRuns: Math.ceil(propertyRuns / cutsPerRun) });
  if (coversRareCases) expect([...seen].sort()).toEqual(['begins a turn', 'joins a turn']);
}, 600_000);

test('a run that is aborted while it runs is aborted in the same step, also if it is cut anywhere and continued', async () => {
  let aborted = 0;
  const property = fc.asyncProperty(
    anySegmentedScenario,
    anyEffectId,
    someCuts,
    async (plain, abortDuring, cuts) => {
      const scenario = { ...plain, outside: { inputs: [], abortDuring } };
      const played = await playSegments(scenario);
      const end = played.segments.at(-1)?.end;
      if (end !== undefined && !(end instanceof Error) && end.status === 'stopped') aborted += 1;
      for (const each of cuts) await continueFrom(each, scenario, played, expectSameAbort);
    },
  );
  await fc.assert(property, { numRuns: Math.ceil(propertyRuns / cutsPerRun) });
  if (coversRareCases) expect(aborted).toBeGreaterThan(0);
}, 600_000);
