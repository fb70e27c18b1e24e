import { expect, test } from '@jest/globals';
import { Agent } from '../../src/agent/agent.ts';
import type { AgentOptions } from '../../src/agent/agent-options.ts';
import { estimateTextTokens } from '../../src/context/estimate-text.ts';
import type { ModelRequest } from '../../src/model/model.ts';
import { defineProfile } from '../../src/profile/model-profile.ts';
import { profiles } from '../../src/profile/profiles.ts';
import {
  callsTool,
  callsTools,
  type ScriptedReply,
  says,
  scriptedModel,
} from '../../src/testing/index.ts';
import { tool } from '../../src/tool/tool.ts';
import { manyTools, questions } from '../support/many-tools.ts';
import { rawCalls, rawText } from '../support/scripted-transport.ts';
import { wireAgent } from '../support/wire-agent.ts';

const window = 32_768;

function searchingAgent(
  script: readonly ScriptedReply[],
  options: Partial<AgentOptions<unknown>> = {},
) {
  const executed: string[] = [];
  const model = scriptedModel(script);
  const agent = new Agent({
    name: 'finder',
    model,
    tools: manyTools(executed),
    contextWindow: { tokens: window },
    ...options,
  });
  return { agent, model, executed };
}

const namesOf = ({ tools }: ModelRequest) => (tools ?? []).map(({ name }) => name);
const costOf = ({ tools }: ModelRequest) =>
  (tools ?? []).reduce((sum, each) => sum + estimateTextTokens(JSON.stringify(each)), 0);

test('300 tools take far more than a tenth of the window if they are not hidden', async () => {
  const { agent, model } = searchingAgent([says('Hello.')], { toolSearch: false });
  await agent.run('Hello');
  const [request] = model.requests;
  expect(request && namesOf(request)).toHaveLength(300);
  expect(request && costOf(request)).toBeGreaterThan(window / 2);
});

test.each(questions)('"%s" finds %s', async (question, name) => {
  const { agent, model, executed } = searchingAgent([
    callsTool('find_tools', { query: question }),
    callsTool(name, argumentsOf(name)),
    says('Done.'),
  ]);
  await agent.run(question);
  expect(namesOf(model.requests[0] as ModelRequest)).toEqual(['find_tools']);
  expect(namesOf(model.requests[1] as ModelRequest)).toContain(name);
  expect(executed).toEqual([name]);
  for (const request of model.requests) expect(costOf(request)).toBeLessThanOrEqual(window / 10);
});

test('found tools are added at the end, and stay', async () => {
  const { agent, model } = searchingAgent([
    callsTool('find_tools', { query: 'rain forecast' }),
    callsTool('find_tools', { query: 'create invoice' }),
    callsTool('billing.create_invoice', { title: 'May' }),
    says('Done.'),
  ]);
  await agent.run('Go.');
  const [, second = [], third = [], last = []] = model.requests.map(namesOf);
  expect(second.length).toBeGreaterThan(1);
  expect(third.slice(0, second.length)).toEqual(second);
  expect(last).toEqual(third);
});

test('if the found tools become too large, the newest are kept and the budget holds', async () => {
  const queries = ['issue', 'meeting', 'email', 'invoice', 'parcel', 'vacation', 'flight', 'song'];
  const small = 8_192;
  const { agent, model } = searchingAgent(
    [...queries.map((query) => callsTool('find_tools', { query })), says('Done.')],
    { contextWindow: { tokens: small } },
  );
  await agent.run('Go.');
  for (const request of model.requests) expect(costOf(request)).toBeLessThanOrEqual(small / 10);
  const last = namesOf(model.requests.at(-1) as ModelRequest);
  expect(last.some((name) => name.startsWith('music.'))).toBe(true);
  expect(last.some((name) => name.startsWith('github.'))).toBe(false);
});

test('a resumed run and a new run of the conversation offer what was found', async () => {
  const { agent, model } = searchingAgent([
    callsTool('find_tools', { query: 'rain forecast' }),
    callsTool('weather.list_forecasts', {}),
    says('No rain.'),
    says('Still no rain.'),
  ]);
  const first = await agent.stream('Will it rain?', { limits: { maxSteps: 1 } }).result;
  if (first.status !== 'stopped') throw new Error(first.status);
  const second = await agent.resume(JSON.parse(JSON.stringify(first.state))).result;
  await agent.run('And tomorrow?', { transcript: second.transcript });
  const [, ...later] = model.requests.map(namesOf);
  for (const names of later) expect(names).toEqual(later[0]);
  expect(later[0]).toContain('weather.list_forecasts');
});

test('a search that waits for nothing is answered by a resumed run', async () => {
  const approve = tool({
    name: 'approve_all',
    description: 'Approves.',
    needsApproval: true,
    execute: () => 'Approved.',
  });
  const tools = [...manyTools(), approve];
  const model = scriptedModel([
    callsTools(['find_tools', { query: 'rain forecast' }], ['approve_all', {}]),
    says('Done.'),
  ]);
  const agent = new Agent({
    name: 'finder',
    model,
    tools,
    contextWindow: { tokens: window },
    toolSearch: { keep: ['approve_all'] },
  });
  const paused = await agent.run('Go.');
  if (paused.status !== 'paused') throw new Error(paused.status);
  const decisions = Object.fromEntries(
    paused.waiting.map(({ callId }) => [callId, { approved: true }]),
  );
  await agent.resume(JSON.parse(JSON.stringify(paused.state)), { decisions }).result;
  expect(namesOf(model.requests[1] as ModelRequest)).toContain('weather.list_forecasts');
});

test('a hidden tool that the model calls by its exact name runs, and is offered from then on', async () => {
  const { agent, model, executed } = searchingAgent([
    callsTool('music.create_playlist', { title: 'Run' }),
    says('Done.'),
  ]);
  await agent.run('Go.');
  expect(executed).toEqual(['music.create_playlist']);
  expect(namesOf(model.requests[1] as ModelRequest)).toEqual([
    'find_tools',
    'music.create_playlist',
  ]);
});

const written = { name: 'music_create_playlist', arguments: { title: 'Run' } };

test.each([
  ['native', rawCalls([[written.name, JSON.stringify(written.arguments)]])],
  ['prompted', rawText(`\`\`\`json\n${JSON.stringify(written)}\n\`\`\``)],
  ['prompted', rawText('```tool_code\n[music_create_playlist(title="Run")]\n```')],
] as const)('a hidden tool is called by a spelling of its name, %s', async (dialect, reply) => {
  const executed: string[] = [];
  const { agent } = wireAgent([reply], {
    profile: defineProfile(profiles.gemma3, { dialect }),
    tools: manyTools(executed),
    contextWindow: { tokens: window },
  });
  const { transcript } = await agent.run('Go.');
  expect(executed).toEqual(['music.create_playlist']);
  expect(JSON.stringify(transcript)).toContain('"name":"music.create_playlist"');
});

test('a tool that does not exist is explained as before', async () => {
  const { agent } = searchingAgent([callsTool('music.create_playlists'), says('Sorry.')]);
  const { steps } = await agent.run('Go.');
  expect(steps[0]?.calls[0]).toMatchObject({ status: 'unknown-tool' });
  expect(JSON.stringify(steps[0]?.calls[0]?.result.parts)).toContain('music.create_playlist');
});

test('a disabled tool is neither found nor called', async () => {
  const off = manyTools().map((each) =>
    each.name.startsWith('weather.') ? { ...each, isEnabled: false } : each,
  );
  const { agent, model } = searchingAgent(
    [
      callsTool('find_tools', { query: 'rain forecast' }),
      callsTool('weather.list_forecasts'),
      says('Sorry.'),
    ],
    { tools: off },
  );
  const { steps } = await agent.run('Go.');
  expect(namesOf(model.requests[1] as ModelRequest).join()).not.toContain('weather.');
  expect(steps[1]?.calls[0]?.status).toBe('unknown-tool');
});

test('few tools, small tools and agents without the option are not searched', async () => {
  const tools = manyTools();
  for (const options of [
    { tools: tools.slice(0, 5), contextWindow: { tokens: 2_000 } },
    { tools: tools.slice(0, 20), contextWindow: { tokens: 131_072 } },
    { tools: tools.slice(0, 20), contextWindow: { tokens: 16_000 }, toolSearch: false as const },
    { tools: tools.slice(0, 20), contextWindow: { tokens: 16_000 }, toolSearch: { threshold: 1 } },
  ]) {
    const { agent, model } = searchingAgent([says('Hello.')], options);
    await agent.run('Hello');
    expect(namesOf(model.requests[0] as ModelRequest)).not.toContain('find_tools');
  }
});

test('a forced tool and those of `keep` are always offered', async () => {
  const { agent, model } = searchingAgent(
    [callsTool('home.create_lamp', { title: 'Desk' }), says('Done.')],
    { toolChoice: { tool: 'home.create_lamp' }, toolSearch: { keep: ['mail.list_drafts'] } },
  );
  await agent.run('Go.');
  expect(namesOf(model.requests[0] as ModelRequest)).toEqual([
    'find_tools',
    'mail.list_drafts',
    'home.create_lamp',
  ]);
});

test('wrong options are refused', () => {
  for (const toolSearch of [true, { threshold: 2 }, { keep: 'a' }, { limit: 1 }]) {
    expect(() => searchingAgent([], { toolSearch: toolSearch as never })).toThrow(
      expect.objectContaining({ code: 'invalid_options' }),
    );
  }
});

function argumentsOf(name: string) {
  if (name.includes('.create_')) return { title: 'New' };
  return name.includes('.list_') ? {} : { id: '7', changes: {} };
}
