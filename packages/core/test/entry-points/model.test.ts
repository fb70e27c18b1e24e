import { expect, test } from '@jest/globals';
import { Agent, type Model, Session, Transcript, tool } from '@turnwise/core';
import * as entryPoint from '@turnwise/core/model';
import { callsTools, says, scriptedModel } from '@turnwise/core/testing';
import { z } from 'zod';

const {
  abortSavedRun,
  checkOptions,
  checkSession,
  formatResult,
  holdSession,
  saveHeldSession,
  inProcessEffects,
  option,
  parseCall,
  runStateOf,
  toSchema,
} = entryPoint;

/** One use of each exported value: an export without a use does not compile. */
const uses: Record<keyof typeof entryPoint, () => void | Promise<void>> = {
  checkOptions: () => {
    const known = { port: option.whole(0) };
    expect(() => checkOptions({ prot: 1 }, { name: 'start()', known })).toThrow(
      'Unknown option "prot" in start(). Did you mean "port"?',
    );
    expect(() => checkOptions({ port: 1 }, { name: 'start()', known })).not.toThrow();
  },
  option: () => {
    const known = { mode: option.oneOf('fast', 'safe') };
    expect(() => checkOptions({ mode: 'slow' }, { name: 'start()', known })).toThrow(
      'Option "mode" of start() is "slow"; it must be one of: fast, safe.',
    );
  },
  checkSession: async () => {
    const session = new Session({ id: 's' });
    await checkSession(session, 'refuse');
    expect((await session.transcript()).turns).toEqual([]);
  },
  holdSession: async () => {
    const agent = new Agent({ name: 'guide', model: scriptedModel([says('Hello.')]) });
    const session = new Session({ id: 's' });
    await holdSession(session, await agent.seed('Hi', { runId: 'r' }), { hasStarted: false });
    const refused = agent.run('Hi', { session });
    await expect(refused).rejects.toMatchObject({ code: 'session_busy' });
  },
  saveHeldSession: async () => {
    const agent = new Agent({ name: 'guide', model: scriptedModel([says('Hello.')]) });
    const session = new Session({ id: 's' });
    const seed = await agent.seed('Hi', { runId: 'r' });
    const state = await holdSession(session, seed, { hasStarted: false });
    await saveHeldSession(session, (await agent.resume(state).result).state, { inputs: [] });
    expect((await session.transcript()).turns).toHaveLength(2);
  },
  abortSavedRun: async () => {
    const ask = tool({ name: 'ask', description: 'Asks.', parameters: z.object({}) });
    const model = scriptedModel([callsTools(['ask', {}])]);
    const { state } = await new Agent({ name: 'guide', model, tools: [ask] }).run('Hi');
    const { turns } = Transcript.fromJSON(abortSavedRun(state).transcript);
    expect(turns.at(-1)).toMatchObject({ role: 'tool', results: [{ status: 'cancelled' }] });
    expect(() => abortSavedRun({ ...state, runId: 1 } as never)).toThrow(
      'The saved run is damaged at `runId`',
    );
  },
  inProcessEffects: async () => {
    const kinds: entryPoint.EffectKind[] = [];
    const effects: entryPoint.Effects = {
      ...inProcessEffects,
      perform: (effect) => {
        kinds.push(effect.kind);
        return inProcessEffects.perform(effect);
      },
    };
    const model = scriptedModel([says('Hello.')]);
    await new Agent({ name: 'guide', model }).run('Hi', { effects });
    expect(kinds).toEqual(['model']);
  },
  progressQueue: async () => {
    const queue = entryPoint.progressQueue<number>();
    queue.push(1);
    queue.close();
    expect([await queue.hasMore(), queue.take(), await queue.hasMore()]).toEqual([
      true,
      [1],
      false,
    ]);
  },
  EngineStop: () => {
    expect(new entryPoint.EngineStop('lease_lost')).toMatchObject({ code: 'engine_stopped' });
  },
  errorToJson: () => {
    expect(entryPoint.errorToJson(new TypeError('No.'))).toEqual({
      name: 'TypeError',
      message: 'No.',
    });
  },
  errorFromJson: () => {
    const json = entryPoint.errorToJson(new entryPoint.EngineStop('lease_lost'));
    expect(entryPoint.errorFromJson(json)).toMatchObject({ reason: 'lease_lost' });
  },
  runStateOf: async () => {
    const transcript = Transcript.empty().user('Hi');
    const agent = new Agent({ name: 'guide', model: scriptedModel([says('Hello.')]) });
    const state = runStateOf(transcript, { conversationId: 'chat' });
    expect(await agent.resume(state).result).toMatchObject({ status: 'completed', text: 'Hello.' });
  },
  openResults: async () => {
    const look = tool({ name: 'look', description: 'Looks.', execute: () => 'A tree.' });
    const ask = tool({ name: 'ask', description: 'Asks the user.' });
    const model = scriptedModel([callsTools(['look', {}], ['ask', {}])]);
    const paused = await new Agent({ name: 'guide', model, tools: [look, ask] }).run('Go.');
    expect(entryPoint.openResults(paused.state)).toMatchObject([{ callId: '1.0', status: 'ok' }]);
    expect(() => entryPoint.openResults({ ...paused.state, step: 0.5 })).toThrow('`step`');
  },
  parseCall: () => {
    const tools = [{ name: 'look', description: '', parameters: { type: 'object' } }];
    expect(parseCall('look', '{"at": 1}', tools)).toEqual({ name: 'look', arguments: { at: 1 } });
    expect(parseCall('look', '{"at": ', tools)).toMatchObject({ unreadable: { text: '{"at": ' } });
  },
  formatResult: () => {
    const parts = [{ type: 'text', text: 'abcdefgh' } as const];
    const [part] = formatResult({ callId: '1.0', name: 'look', status: 'ok', parts, maxChars: 4 });
    expect(part).toMatchObject({ text: expect.stringMatching(/^ab\n.*read_result.*\ngh$/) });
  },
  executeTool: async () => {
    const double = tool({
      name: 'double',
      description: 'Doubles a number.',
      parameters: z.object({ value: z.number() }),
      execute: ({ value }, { progress }) => {
        progress('half');
        return value * 2;
      },
    });
    const guarded = { ...double, needsApproval: true };
    const seen: unknown[] = [];
    const options = {
      arguments: { value: 4 },
      context: undefined,
      signal: new AbortController().signal,
      callId: 'a',
      onProgress: (value: unknown) => seen.push(value),
    };
    expect(await entryPoint.executeTool(double, options)).toMatchObject({
      status: 'ok',
      forApp: 8,
    });
    expect(seen).toEqual(['half']);
    const wrong = { ...options, arguments: { value: 'four' } };
    expect(await entryPoint.executeTool(double, wrong)).toMatchObject({
      status: 'invalid-arguments',
    });
    expect(await entryPoint.executeTool(guarded, options)).toMatchObject({ status: 'denied' });
    const approved = { ...options, approve: () => true };
    expect(await entryPoint.executeTool(guarded, approved)).toMatchObject({ status: 'ok' });
    const aborted = { ...options, signal: AbortSignal.abort() };
    expect(await entryPoint.executeTool(double, aborted)).toMatchObject({ status: 'cancelled' });
  },
  sessionConflict: () => {
    expect(entryPoint.sessionConflict('chat', 3)).toMatchObject({ code: 'session_conflict' });
  },
  toSchema: async () => {
    const schema = toSchema({ type: 'object', required: ['city'] });
    expect(await schema.validate({})).toMatchObject({ ok: false });
  },
};

test.each(Object.keys(entryPoint) as (keyof typeof entryPoint)[])('%s', async (name) => {
  await uses[name]();
});

test('these are all values of @turnwise/core/model', () => {
  expect(Object.keys(entryPoint).sort()).toEqual(Object.keys(uses).sort());
});

test('its types are enough to write a model', async () => {
  const echo: Model = {
    id: 'echo',
    async *request(request): AsyncGenerator<entryPoint.ModelProgress, entryPoint.ModelReply> {
      const messages = request.transcript.turns.length;
      const prepared = { dialect: 'native', messages, estimatedTokens: 0, tools: 0 } as const;
      yield { type: 'request-prepared', ...prepared };
      const text = JSON.stringify(request.transcript.turns.at(-1));
      const parsed: entryPoint.ParsedReply = { kind: 'text', text, fixes: [] };
      const usage = { inputTokens: 1, cachedInputTokens: 0, outputTokens: 1 };
      const raw: entryPoint.RawReply = { text, reasoning: '', calls: [], finishReason: 'stop' };
      return { parsed, raw, usage, finishReason: 'stop', dialect: 'native' };
    },
  };
  const result = await new Agent({ name: 'guide', model: echo }).run('Hi');
  expect(result).toMatchObject({ output: expect.stringContaining('"Hi"') });
});
