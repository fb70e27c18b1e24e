import { afterAll, beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { propertyRuns } from '../../../../scripts/property-runs.ts';
import { Agent } from '../../src/agent/agent.ts';
import type { RunEventType } from '../../src/agent/event-hub.ts';
import type { RunResult } from '../../src/agent/run-result.ts';
import { createDialect } from '../../src/dialect/create-dialect.ts';
import type { TurnwiseError } from '../../src/errors.ts';
import { dialectModel } from '../../src/model/dialect-model.ts';
import type { RunEvent } from '../../src/run/state/run-event.ts';
import { anyScenario } from '../support/arbitrary-scenario.ts';
import { manyScenarios, playMany } from '../support/play-many.ts';
import { plainJson, type Scenario } from '../support/play-scenario.ts';
import { readEvents } from '../support/read-events.ts';
import { scriptedTransport } from '../support/scripted-transport.ts';
import { type SpyContext, spyTools } from '../support/spy-tools.ts';
import { keepTimers, passTime, stopTime } from '../support/stopped-time.ts';
import { withoutWaits } from '../support/without-waits.ts';

beforeAll(stopTime);
afterAll(keepTimers);

/** Every type of event but pieces, which only a streamed run has. */
const wholeEvents: readonly RunEventType[] = [
  'run-started',
  'user-turn-added',
  'input-steered',
  'step-started',
  'request-started',
  'request-retried',
  'request-finished',
  'turn-fixed',
  'assistant-turn-added',
  'decision-requested',
  'decision-resolved',
  'tool-started',
  'tool-progressed',
  'tool-finished',
  'tool-turn-added',
  'loop-detected',
  'limit-neared',
  'step-finished',
  'run-finished',
  'run-failed',
];

interface Outcome {
  readonly events: readonly unknown[];
  readonly end: unknown;
}

/** While tools run in parallel, how far each of them is at an event depends on when the reader took the event before. */
const duringTools: ReadonlySet<RunEventType> = new Set([
  'tool-started',
  'tool-progressed',
  'tool-finished',
]);

/**
 * Runs the first input of a scenario and aborts it at one of its events; `how` is the method that starts it. Without
 * `abortsTools`, the abort waits until no tool runs.
 */
async function play(
  scenario: Scenario,
  how: 'run' | 'stream' | 'iterate',
  { abortsTools }: { readonly abortsTools: boolean },
): Promise<Outcome> {
  const { profile, replies, maxSteps, inputs, interruptions } = scenario;
  // The stream of a server may hold other placeholders than its whole reply.
  const transport = scriptedTransport(
    replies.map(({ wire }) => wire),
    { servesWhole: true },
  );
  const model = dialectModel({ transport, profile, dialect: createDialect(profile) });
  const tools = spyTools({ ran: () => {}, passTime, poison: 'None.' });
  const agent = new Agent<SpyContext>({ name: 'one', model, tools });
  const controller = new AbortController();
  const events: RunEvent[] = [];
  const abortAt = interruptions.find(({ kind }) => kind === 'abort')?.at;
  for (const type of wholeEvents) {
    agent.on(type, (event) => {
      const isDue = abortAt !== undefined && events.length >= abortAt;
      if (isDue && (abortsTools || !duringTools.has(type))) controller.abort();
      events.push(event);
    });
  }
  const options = {
    context: { isOn: () => true },
    limits: { maxSteps },
    signal: controller.signal,
  };
  const input = inputs[0] ?? 'Hello';
  const starting = async (): Promise<RunResult> => {
    if (how === 'run') return await agent.run(input, options);
    const run = agent.stream(input, options);
    if (how === 'iterate') await readEvents(run);
    return await run.result;
  };
  const end = await starting().catch((error: TurnwiseError) => error);
  return withoutWaits({ events: events.map(withoutStamp), end: describeEnd(end) });
}

/** What differs between two runs of the same: their ids, the clock, and places in the order among pieces. */
function withoutStamp(event: RunEvent): unknown {
  const { runId: _runId, at: _at, seq: _seq, ...rest } = event;
  return 'durationMs' in rest ? { ...rest, durationMs: 0 } : rest;
}

function describeEnd(end: RunResult | TurnwiseError): unknown {
  if (end instanceof Error) return { code: end.code, message: end.message };
  const { runId: _runId, state: _state, ...rest } = end;
  // Without pieces there is no partial text.
  const comparable = 'partialText' in rest ? { ...rest, partialText: '' } : rest;
  return plainJson(comparable);
}

test(
  'run() is stream() drained: the same events except deltas, and the same end',
  async () => {
    const property = fc.asyncProperty(anyScenario(), async (scenario) => {
      const anywhere = { abortsTools: true };
      const betweenTools = { abortsTools: false };
      const streamed = await play(scenario, 'stream', anywhere);
      expect(await play(scenario, 'run', anywhere)).toEqual(streamed);
      const calm = await play(scenario, 'stream', betweenTools);
      expect(await play(scenario, 'iterate', betweenTools)).toEqual(calm);
    });
    await fc.assert(property, { numRuns: propertyRuns });
  },
  manyScenarios,
);

interface ShownAnswer {
  readonly attempt: number;
  readonly pieces: string;
  readonly text: string;
}

/** Each answer of a run, with the pieces of its attempt. */
function shownAnswers(events: readonly RunEvent[]): readonly ShownAnswer[] {
  let attempt = 0;
  let pieces = '';
  return events.flatMap((event): ShownAnswer[] => {
    if (event.type === 'request-started') attempt = event.attempt;
    if (event.type === 'request-started' || event.type === 'stream-restarted') pieces = '';
    if (event.type === 'text-delta') pieces += event.text;
    if (event.type !== 'assistant-turn-added' || event.turn.kind === 'calls') return [];
    return [{ attempt, pieces, text: event.turn.text }];
  });
}

test(
  'the pieces of the accepted attempt, concatenated, are the final text',
  async () => {
    let answers = 0;
    await playMany(({ runs }) => {
      for (const { attempt, pieces, text } of runs.flatMap(({ received }) =>
        shownAnswers(received),
      )) {
        answers += 1;
        // What is asked for again comes whole, in one piece or none.
        expect(attempt > 1 && pieces === '' ? text : pieces).toBe(text);
      }
    });
    expect(answers).toBeGreaterThan(propertyRuns / 10);
  },
  manyScenarios,
);
