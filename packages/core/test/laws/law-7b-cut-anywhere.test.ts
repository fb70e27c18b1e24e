import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { coversRareCases, propertyRuns } from '../../../../scripts/property-runs.ts';
import type { AgentInput } from '../../src/agent/read-input.ts';
import type { RunEvent } from '../../src/run/state/run-event.ts';
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

/** The events that a replay repeats. Calls that run in parallel end in any order. */
function eventsOf(segments: readonly Segment[]): readonly unknown[] {
  const events = segments.flatMap((each) => each.events);
  const lasting = events.filter(({ seq }) => Number.isInteger(seq)).map(withoutStamp);
  const isTool = (event: object) =>
    'type' in event && /^tool-(?:started|finished)$/.test(String(event.type));
  const tools = lasting.filter(isTool).map((event) => JSON.stringify(event));
  return [...lasting.filter((event) => !isTool(event)), ...tools.sort()];
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

/** Continues a run from a cut, and compares it with the whole run. Returns what happened. */
async function continueFrom(
  { segment, results, keepsIntents }: Cut,
  scenario: SegmentedScenario,
  { segments, blobs }: Awaited<ReturnType<typeof playSegments>>,
): Promise<readonly string[]> {
  const place = segment % segments.length;
  const { seed, decisions, journal } = segments[place] as Segment;
  const left = cut(journal, results % (journal.length + 1), keepsIntents);
  const continued = await playOn(scenario, blobs, { seed, decisions, journal: left });
  expect(describe(continued)).toEqual(describe(segments));
  const recorded = recordedCalls(left);
  const executed = continued[0]?.executed.filter((each) => each.endsWith(' 1')) ?? [];
  expect(executed.filter((each) => recorded.includes(each.slice(0, -2)))).toEqual([]);
  const isInDoubt = /"kind":"in-doubt"/.test(
    JSON.stringify(continued.flatMap((each) => each.events)),
  );
  if (!isInDoubt) expect(eventsOf(continued)).toEqual(eventsOf(segments.slice(place)));
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
