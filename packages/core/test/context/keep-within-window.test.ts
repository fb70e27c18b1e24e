import { describe, expect, test } from '@jest/globals';
import type { ContextWindowOptions } from '../../src/context/context-window-options.ts';
import { defineProfile } from '../../src/profile/model-profile.ts';
import { profiles } from '../../src/profile/profiles.ts';
import { Transcript } from '../../src/turns/transcript.ts';
import { plainJson } from '../support/play-scenario.ts';
import {
  callsPage,
  messagesOf,
  prose,
  readingAgent,
  readsPages,
  readsPagesGuided,
  task,
} from '../support/reading-agent.ts';
import { rawText } from '../support/scripted-transport.ts';
import { findWireProblem } from '../support/wire-rules.ts';

const { gemma3, gemma3Strict } = profiles;

describe('a run that is longer than the window', () => {
  test.each([
    ['cap-and-drop', gemma3],
    ['cap-and-drop', gemma3Strict],
    ['cap-and-drop', defineProfile(gemma3Strict, { dialect: 'guided' })],
    ['drop', gemma3],
  ] as const)('never overflows it: %s', async (policy, profile) => {
    const steps = 120;
    const asked = profile.dialect === 'guided' ? readsPagesGuided(steps) : readsPages(steps);
    const { agent, transport, compactions } = readingAgent(
      { replyTo: asked },
      { profile, contextWindow: { policy } },
    );
    const result = await agent.run(task);
    expect(result).toMatchObject({ status: 'completed', output: 'Page read.' });
    expect(transport.overflows).toBe(0);
    expect(compactions.length).toBeGreaterThan(10);
    for (const [place, request] of transport.requests.entries()) {
      expect(messagesOf(request)).toContain(task);
      if (place > 0) expect(messagesOf(request)).toContain(`</page ${place}>`);
      expect(findWireProblem(request.body.messages, profile)).toBeUndefined();
    }
    // Only the view of the model became smaller.
    expect(result.transcript.turns).toHaveLength(2 * steps + 2);
    expect(JSON.stringify(result.transcript)).toContain('<page 1>');
  });

  test('reports the sizes before and after in each event', async () => {
    const { agent, compactions } = readingAgent({ replyTo: readsPages(30) });
    await agent.run(task);
    for (const { reason, before, after, window } of compactions) {
      expect({ reason, window }).toEqual({ reason: 'budget', window: 4_096 });
      expect(after.tokens).toBeLessThan(before.tokens);
      expect(after.turns).toBeLessThanOrEqual(before.turns);
    }
  });

  test('estimates its size closely after the first count of the server', async () => {
    const { agent, transport } = readingAgent({ replyTo: readsPages(60) });
    const estimates: number[] = [];
    agent.on('request-started', ({ estimatedTokens }) => void estimates.push(estimatedTokens));
    await agent.run(task);
    const errors = transport.counts
      .map((count, place) => Math.abs((estimates[place] ?? 0) - count) / count)
      .slice(3)
      .sort((one, other) => one - other);
    expect(errors[Math.floor(errors.length * 0.95)]).toBeLessThan(0.15);
  });

  test('shows the model a note with the number of turns and calls that are left out', async () => {
    const { agent, transport } = readingAgent({ replyTo: readsPages(30) });
    await agent.run(task);
    expect(messagesOf(transport.requests.at(-1))).toMatch(
      /earlier turns are left out to save space; they called read_page \d+ times/,
    );
  });

  test('continues from its JSON with the same view', async () => {
    const { agent, transport } = readingAgent({ replyTo: readsPages(40) });
    const first = await agent.run(task, { stopWhen: ({ step }) => step === 25 });
    const second = await agent.resume(plainJson(first.state)).result;
    expect(second).toMatchObject({ status: 'completed' });
    expect(transport.overflows).toBe(0);
  });
});

describe('the policies', () => {
  test('off sends everything, until the server refuses', async () => {
    const { agent, transport, compactions } = readingAgent(
      { replyTo: readsPages(40) },
      { contextWindow: { policy: 'off' } },
    );
    await expect(agent.run(task)).rejects.toMatchObject({ code: 'context_overflow' });
    expect(transport.overflows).toBe(1);
    expect(compactions).toEqual([]);
  });

  test('drop leaves old results out and shortens no other', async () => {
    const { agent, transport } = readingAgent(
      { replyTo: readsPages(30) },
      { contextWindow: { policy: 'drop' } },
    );
    await agent.run(task);
    for (const request of transport.requests) {
      expect(messagesOf(request)).not.toContain('call read_result to read them');
    }
  });

  test('summarise asks the model for a summary once for each compaction', async () => {
    let pages = 0;
    const { agent, transport, compactions } = readingAgent(
      {
        replyTo: ({ body }) => {
          if (messagesOf({ body, stream: false }).includes('Summarise a part')) {
            return rawText(`Pages up to ${pages} are read.`);
          }
          pages += 1;
          return pages <= 40 ? callsPage(pages) : rawText('Page read.');
        },
      },
      { contextWindow: { policy: 'summarise' } },
    );
    const result = await agent.run(task);
    expect(result).toMatchObject({ status: 'completed', output: 'Page read.' });
    expect(transport.overflows).toBe(0);
    const summaries = transport.requests.filter((each) =>
      messagesOf(each).includes('Summarise a part'),
    );
    expect(summaries).toHaveLength(compactions.length);
    expect(summaries.every(({ body }) => body.tools === undefined)).toBe(true);
    expect(messagesOf(summaries[1])).toMatch(/Summary so far: Pages up to/);
    expect(messagesOf(transport.requests.at(-1))).toMatch(
      /\[Summary of earlier turns: Pages up to \d+ are read\.\]/,
    );
    expect(result.usage.outputTokens).toBe(transport.requests.length * 3);
  });

  test('summarise keeps the last allowed request for the run itself', async () => {
    const { agent, transport } = readingAgent(
      { replyTo: readsPages(1_000) },
      { contextWindow: { policy: 'summarise' }, limits: { maxSteps: 1_000, maxRequests: 12 } },
    );
    expect(await agent.run(task)).toMatchObject({ reason: 'max-requests' });
    expect(transport.requests).toHaveLength(12);
  });
});

describe('a pinned turn', () => {
  test('stays, no matter how long the run is', async () => {
    const { agent, transport } = readingAgent(
      { replyTo: readsPages(40) },
      {
        contextWindow: {
          policy: 'drop',
          pin: (turn) => turn.role === 'tool' && JSON.stringify(turn).includes('<page 3>'),
        },
      },
    );
    await agent.run(task);
    const last = messagesOf(transport.requests.at(-1));
    expect(last).toContain('<page 3>');
    expect(last).not.toContain('<page 4>');
  });

  test('is also an input that comes during the run', async () => {
    const { agent, transport } = readingAgent({ replyTo: readsPages(40) });
    const run = agent.stream(task);
    for await (const event of run) {
      if (event.type === 'tool-turn-added' && event.step === 2) run.steer('Mind the harbour.');
    }
    for (const request of transport.requests.slice(2)) {
      expect(messagesOf(request)).toContain('Mind the harbour.');
    }
  });
});

describe('a function of the program that returns the wrong value is named:', () => {
  const pin = (async () => true) as never;
  const returns = (value: unknown) => ({ countTokens: () => value as number });
  test.each<[ContextWindowOptions, string]>([
    [{ policy: 'drop', pin }, '`contextWindow.pin` returned a promise'],
    [returns(Promise.resolve(5)), '`contextWindow.countTokens` returned a promise'],
    [returns(Number.NaN), '`contextWindow.countTokens` returned NaN'],
    [returns(-1), '`contextWindow.countTokens` returned -1'],
  ])('%j', async (contextWindow, message) => {
    const { agent } = readingAgent({ replyTo: readsPages(40) }, { contextWindow });
    await expect(agent.run(task)).rejects.toMatchObject({
      code: 'invalid_options',
      message: expect.stringContaining(message),
    });
  });
});

describe('a conversation of several runs', () => {
  test('continues beyond the window, and keeps its first input and its last', async () => {
    const { agent, transport, compactions } = readingAgent(
      { replyTo: (_, place) => rawText(`Answer ${place}: ${prose.repeat(4)}`) },
      { tools: [] },
    );
    let transcript: Transcript = Transcript.empty();
    for (let n = 0; n < 60; n++) {
      const result = await agent.run(`Question ${n}: ${prose}`, { transcript });
      transcript = result.transcript;
    }
    expect(transport.overflows).toBe(0);
    expect(compactions.length).toBeGreaterThan(5);
    for (const [place, request] of transport.requests.entries()) {
      expect(messagesOf(request)).toContain('Question 0:');
      expect(messagesOf(request)).toContain(`Question ${place}:`);
      expect(findWireProblem(request.body.messages, gemma3)).toBeUndefined();
    }
    expect(transcript.turns).toHaveLength(120);
  });
});
