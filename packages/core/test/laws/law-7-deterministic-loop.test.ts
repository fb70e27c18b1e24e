import { afterAll, beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { coversRareCases, propertyRuns } from '../../../../scripts/property-runs.ts';
import { Agent } from '../../src/agent/agent.ts';
import type { RunResult } from '../../src/agent/run-result.ts';
import { createDialect } from '../../src/dialect/create-dialect.ts';
import type { TurnwiseError } from '../../src/errors.ts';
import { dialectModel } from '../../src/model/dialect-model.ts';
import type { RunStateJson } from '../../src/run/saved/saved-state.ts';
import type { Effects } from '../../src/run/state/effects.ts';
import type { RunEvent } from '../../src/run/state/run-event.ts';
import { anyScenario } from '../support/arbitrary-scenario.ts';
import { type JournalEntry, recordEffects, replayEffects } from '../support/journal.ts';
import type { Scenario } from '../support/play-scenario.ts';
import { readEvents } from '../support/read-events.ts';
import { scriptedTransport } from '../support/scripted-transport.ts';
import { type SpyContext, spyTools } from '../support/spy-tools.ts';
import { keepTimers, passTime, stopTime } from '../support/stopped-time.ts';
import { withoutWaits } from '../support/without-waits.ts';

beforeAll(stopTime);
afterAll(keepTimers);

interface Outcome {
  readonly events: readonly unknown[];
  readonly end: unknown;
}

/** What an effect shows before its result; nobody shows it again when that is taken from a journal. */
const progress: readonly RunEvent['type'][] = [
  'request-started',
  'request-retried',
  'request-finished',
  'stream-restarted',
  'text-delta',
  'reasoning-delta',
  'call-delta',
  'tool-progressed',
];

/** Something that is done to a run at one of its events. */
type Disturb = (run: { steer(text: string): void; abort(): void }, event: number) => void;

/** Runs the first input of a scenario with some effects; `disturb` is called at each event. */
async function play(
  { profile, replies, maxSteps, inputs }: Scenario,
  effects: Effects,
  disturb: Disturb,
): Promise<Outcome> {
  const transport = scriptedTransport(replies.map(({ wire }) => wire));
  const agent = new Agent<SpyContext>({
    name: 'one',
    model: dialectModel({ transport, profile, dialect: createDialect(profile) }),
    tools: spyTools({ ran: () => {}, passTime, poison: 'None.' }),
    instructions: ({ isOn }) => (isOn() ? 'Be brief.' : 'Be kind.'),
    stopWhen: ({ step }) => step === 5,
  });
  let asked = 0;
  const isOn = () => {
    asked += 1;
    return asked % 3 > 0;
  };
  const run = agent.stream(inputs[0] ?? 'Hello', {
    context: { isOn },
    limits: { maxSteps },
    effects,
  });
  let count = 0;
  const { events } = await readEvents(run, () => {
    disturb(run, count);
    count += 1;
  });
  const end = await run.result.catch((error: TurnwiseError) => error);
  return {
    events: inCallOrder(events.filter(({ type }) => !progress.includes(type))).map(withoutStamp),
    end: describeEnd(end),
  };
}

/** Parallel calls end in any order; their results are in the order of the calls. */
function inCallOrder(events: readonly RunEvent[]): readonly RunEvent[] {
  const ended = events.filter((event) => event.type === 'tool-finished');
  const others = events.filter(({ type }) => type !== 'tool-finished');
  return [...others, ...ended.toSorted((one, other) => (one.call.id < other.call.id ? -1 : 1))];
}

function interrupt({ interruptions }: Scenario): Disturb {
  return (run, event) => {
    const kinds = interruptions.flatMap(({ at, kind }) => (at === event ? [kind] : []));
    if (kinds.includes('steer')) run.steer('One more thing.');
    if (kinds.includes('abort')) run.abort();
  };
}

/** What differs between two runs of the same: their ids, the clock, and places in the order among progress. */
function withoutStamp({ runId: _runId, at: _at, seq: _seq, ...rest }: RunEvent): unknown {
  return withoutWaits(rest);
}

/** Without the inputs that came after the last poll: the loop does not know them. */
function describeEnd(end: RunResult | TurnwiseError): unknown {
  const saved = withoutWaits(end.state) as RunStateJson;
  const { runId, conversationId, ...rest } = saved;
  const state = { ...rest, waitingInputs: [], workedMs: 0 };
  expect(conversationId).toBe(runId);
  if (end instanceof Error) return { code: end.code, message: end.message, state };
  return { status: end.status, text: 'text' in end ? end.text : '', state };
}

test('a run whose effects are given by a journal asks for the same ones in the same order, and does the same', async () => {
  const seen = { effects: 0, aborted: 0, steered: 0, failed: 0 };
  const count = (journal: readonly JournalEntry[], { events, end }: Outcome) => {
    seen.effects += journal.length;
    if (JSON.stringify(end).includes('"stopped"')) seen.aborted += 1;
    if (JSON.stringify(events).includes('"input-steered"')) seen.steered += 1;
    if (journal.some(({ result }) => result === undefined)) seen.failed += 1;
  };
  const property = fc.asyncProperty(anyScenario(), async (scenario) => {
    const journal: JournalEntry[] = [];
    const first = await play(scenario, recordEffects(journal), interrupt(scenario));
    const replayed = replayEffects(journal);
    expect(await play(scenario, replayed, () => {})).toEqual(first);
    expect(replayed.left()).toEqual([]);
    count(journal, first);
  });
  await fc.assert(property, { numRuns: propertyRuns });
  if (!coversRareCases) return;
  expect(Object.entries(seen).filter(([, times]) => times === 0)).toEqual([]);
}, 120_000);
