import { type RunEvent, TurnwiseError } from '@turnwise/core';
import { EngineStop } from '@turnwise/core/model';
import type { RunRecord } from '../store/run-store.ts';
import type { DurableAgent, RunDecision } from './durable-agent.ts';
import { Journal } from './journal.ts';
import type { RunEngine } from './run-engine.ts';

/** What the events of a run are read from. */
export interface EventSources {
  readonly engine: RunEngine;
  readonly find: (id: string) => Promise<RunRecord>;
  readonly agentOf: (run: RunRecord) => DurableAgent;
}

/**
 * The events of a run with a later `seq` than `after`, until it has ended or waits. Those of a segment that has ended come from its
 * journal. Throws `agent_changed` if its agent is not the same any more.
 */
export async function* readEvents(
  sources: EventSources,
  id: string,
  after: number,
): AsyncGenerator<RunEvent, void> {
  let last = after;
  let segment = 0;
  while (await hasBegun(sources, id, segment)) {
    const events = eventsOf(sources, await sources.find(id), segment);
    for await (const event of events) {
      if (!isNew(event, last)) continue;
      if (Number.isInteger(event.seq)) last = event.seq;
      yield event;
    }
    // Another process may continue a segment that has not ended here.
    if (segment < (await sources.find(id)).segment) segment += 1;
  }
}

/** Waits until a segment has begun; `false` if the run has ended or waits before it. */
async function hasBegun(sources: EventSources, id: string, segment: number): Promise<boolean> {
  const { engine } = sources;
  const watch = engine.watch(id);
  try {
    while (true) {
      const run = await sources.find(id);
      if (segment < run.segment || engine.feedOf(id)?.segment === segment) return true;
      if (run.status !== 'running' && !engine.isActive(id)) return false;
      await watch.changed();
    }
  } finally {
    watch.cancel();
  }
}

function eventsOf(
  sources: EventSources,
  run: RunRecord,
  segment: number,
): AsyncGenerator<RunEvent, void> {
  const feed = sources.engine.feedOf(run.id);
  return feed?.segment === segment ? feed.read() : replay(sources, run, segment);
}

/** Progress that a replay repeats has a `seq` with a fraction, and is not new. */
function isNew(event: RunEvent, after: number): boolean {
  if (Number.isInteger(event.seq)) return event.seq > after;
  return event.replayed !== true || event.seq > after;
}

/** Nothing is executed or written: every effect of a segment that has ended is in its journal. */
async function* replay(
  { engine, agentOf }: EventSources,
  run: RunRecord,
  number: number,
): AsyncGenerator<RunEvent, void> {
  const { agent, context } = agentOf(run);
  const segment = await engine.segment(run.id, number);
  if (agent.fingerprint() !== segment.fingerprint) throw agentChanged(run);
  const journal = new Journal({
    key: { run: run.id, segment: number, epoch: run.epoch },
    rows: await engine.journal(run.id, number),
    isRecovered: false,
    store: { signals: async () => [], record: refuseToWrite },
    onStop: () => {},
  });
  const replayed = agent.resume(segment.state, {
    effects: journal,
    decisions: segment.decisions as unknown as Readonly<Record<string, RunDecision>>,
    context: (await context?.({ id: run.id, agent: run.agent })) as never,
  });
  try {
    yield* replayed;
  } catch (thrown) {
    // The run failed in this segment and was continued after it.
    if (!(thrown instanceof TurnwiseError) || thrown instanceof EngineStop) throw thrown;
  }
}

async function refuseToWrite(): Promise<never> {
  throw new EngineStop('non_determinism');
}

function agentChanged({ id, agent }: RunRecord): TurnwiseError {
  return new TurnwiseError(
    'agent_changed',
    `The events of the run "${id}" can be read only with the agent "${agent}" as it was when they happened.`,
  );
}
