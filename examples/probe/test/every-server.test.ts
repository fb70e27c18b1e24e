import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Agent, type ModelProfile, openaiCompatible, type RunEvent, tool } from '@turnwise/core';
import { probeProfile } from '@turnwise/core/doctor';
import { type LocalEndpoint, startLocalEndpoint } from '@turnwise/local';
import { calculator, files } from '@turnwise/tools';
import { findTreeProblems } from '@turnwise-examples/program/testing';
import { z } from 'zod';
import { imitatedServers } from '../src/choose-server.ts';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'every-server-'));
  await writeFile(join(folder, 'package.json'), 'line\n'.repeat(50));
  await writeFile(join(folder, 'notes.md'), 'line\n'.repeat(200));
});

afterAll(() => rm(folder, { recursive: true }));

const daysBetween = tool({
  name: 'days_between',
  description: 'Number of days from one date to another.',
  parameters: z.object({
    from: z.iso.date().describe('The first date, such as 2026-01-31.'),
    to: z.iso.date().describe('The second date, such as 2026-12-24.'),
  }),
  execute: ({ from, to }) => `${(Date.parse(to) - Date.parse(from)) / 86_400_000} days`,
});

/** The program, which is the same for every server. */
function createAgent(endpoint: LocalEndpoint, profile: ModelProfile | 'auto' = 'auto'): Agent {
  return new Agent({
    name: 'guide',
    instructions: 'Answer briefly. Look things up and compute with the tools.',
    model: openaiCompatible({
      baseURL: endpoint.url,
      model: endpoint.models[0] ?? '',
      profile,
      retry: { maxRetries: 0 },
    }),
    tools: [calculator(), ...files({ root: folder }), daysBetween],
  });
}

async function ask(agent: Agent, question: string) {
  const events: RunEvent[] = [];
  const run = agent.stream(question);
  for await (const event of run) events.push(event);
  const result = await run.result;
  return {
    events,
    answer: result.status === 'completed' ? result.output : result.status,
    tools: events.flatMap((event) => (event.type === 'tool-finished' ? [event.call.name] : [])),
  };
}

const questions: readonly (readonly [string, readonly string[], readonly string[]])[] = [
  [
    'How many lines does package.json have, and what is 17% of that?',
    ['50', '8.5'],
    ['list_files', 'read_file', 'calculator'],
  ],
  ['What is 25% of the number of lines in notes.md?', ['50'], ['calculator']],
  ['What is 17% of 3482?', ['591.94'], ['calculator']],
  ['How many days are there between 2026-01-31 and 2026-12-24?', ['327'], ['days_between']],
];

/** The profile and dialect that detection must choose, and the reason that it must report. */
const chosen = {
  vllm: ['gemma-3', 'native', /vLLM supports tools/],
  'vllm-0.32': ['gemma-3', 'native', /vLLM supports tools/],
  'llama.cpp-2025': ['gemma-3-strict', 'prompted', /llama\.cpp does not report/],
  'llama.cpp-2026': ['gemma-3-strict', 'prompted', /llama\.cpp does not support tools .*\/props/],
  'llama.cpp-2026-silent': ['gemma-3-strict', 'prompted', /llama\.cpp does not report/],
  ollama: ['gemma-3-strict', 'prompted', /Ollama does not support tools .*\/api\/show/],
  none: ['openai', 'native', /does not report/],
} as const;

describe.each(imitatedServers)('the same program on %s', (quirks) => {
  let endpoint: LocalEndpoint;
  beforeAll(async () => {
    endpoint = await startLocalEndpoint({ quirks, contextWindow: 131_072 });
  });
  afterAll(() => endpoint.close());

  test.each(questions)('answers: %s', async (question, numbers, possibleTools) => {
    const { events, answer, tools } = await ask(createAgent(endpoint), question);
    expect(answer.match(/\d+(\.\d+)?/g)).toEqual(expect.arrayContaining([...numbers]));
    expect(tools.some((name) => possibleTools.includes(name))).toBe(true);
    expect(findTreeProblems(events)).toEqual([]);
  });

  test('reports which dialect it uses, and why', async () => {
    const { events } = await ask(createAgent(endpoint), 'What is 17% of 3482?');
    const [profile, dialect, why] = chosen[quirks];
    const detected = events.filter((event) => event.type === 'profile-detected');
    expect(detected).toMatchObject([{ profile, dialect, why: expect.stringMatching(why) }]);
    const dialects = events.flatMap((event) =>
      event.type === 'request-started' ? [event.dialect] : [],
    );
    expect(new Set(dialects)).toEqual(new Set([dialect]));
  });

  test('answers with the profile that was measured, too', async () => {
    const model = endpoint.models[0] ?? '';
    const { profile } = await probeProfile({ baseURL: endpoint.url, model });
    const { answer, events } = await ask(createAgent(endpoint, profile), questions[0]?.[0] ?? '');
    expect(answer.match(/\d+(\.\d+)?/g)).toEqual(expect.arrayContaining(['50', '8.5']));
    expect(events.map(({ type }) => type)).not.toContain('profile-detected');
  });
});
