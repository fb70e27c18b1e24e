import { describe, expect, test } from '@jest/globals';
import { Agent, type RunEvent, tool } from '@turnwise/core';
import { callsTools, says, scriptedModel } from '@turnwise/core/testing';
import { findTreeProblems } from '../../src/testing/index.ts';

const wait = tool({
  name: 'wait',
  description: 'Waits.',
  parameters: { type: 'object', properties: { turns: { type: 'integer' } } } as const,
  async execute({ turns }) {
    for (let turn = 0; turn < Number(turns); turn += 1) await null;
    return 'done';
  },
});

async function eventsOfRun(): Promise<RunEvent[]> {
  const model = scriptedModel([
    callsTools(['wait', { turns: 60 }], ['wait', { turns: 0 }]),
    says('Done.'),
  ]);
  const events: RunEvent[] = [];
  const agent = new Agent({ name: 'test', model, tools: [wait] });
  for await (const event of agent.stream('Go')) events.push(event);
  return events;
}

describe('the events of a run', () => {
  test('have no problem if tools finish out of order', async () => {
    const events = await eventsOfRun();
    const ended = events.flatMap((event) => (event.type === 'tool-finished' ? event.call.id : []));
    expect(ended).toEqual(ended.toSorted().reverse());
    expect(findTreeProblems(events)).toEqual([]);
  });

  test('have a problem if any opening or closing event is missing', async () => {
    const events = await eventsOfRun();
    const paired = events.filter(({ type }) => /-(?:started|finished)$/.test(type));
    for (const missing of paired) {
      const rest = renumber(events.filter((event) => event !== missing));
      expect(findTreeProblems(rest)).not.toEqual([]);
    }
  });

  test('have a problem if any closing event occurs twice', async () => {
    const events = await eventsOfRun();
    for (const doubled of events.filter(({ type }) => type.endsWith('-finished'))) {
      const more = renumber(
        events.flatMap((event) => (event === doubled ? [event, event] : event)),
      );
      expect(findTreeProblems(more)).not.toEqual([]);
    }
  });

  test('have a problem if their count has a gap', async () => {
    expect(findTreeProblems((await eventsOfRun()).toSpliced(1, 1))).not.toEqual([]);
  });
});

function renumber(events: readonly RunEvent[]): RunEvent[] {
  return events.map((event, seq) => ({ ...event, seq }));
}
