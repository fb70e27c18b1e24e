import { describe, expect, jest, test } from '@jest/globals';
import {
  type MeasuredThing,
  type Measurement,
  measuredThings,
  printReport,
  probeProfile,
} from '../../src/doctor/index.ts';
import { tinyPng } from '../../src/doctor/tiny-png.ts';
import { describeImage } from '../../src/turns/image.ts';
import { type Answer, answersJson, chunk, done, streamsPieces } from '../support/model-server.ts';
import {
  listsModel,
  refuses,
  repliesCall,
  repliesText,
  startRoutedServer,
} from '../support/routed-server.ts';

/** How the server answers, by what the request holds; the first that fits. */
type Rule = readonly [fits: (body: Readonly<Record<string, unknown>>) => boolean, answer: Answer];

const hasTools: Rule[0] = (body) => 'tools' in body;
const hasFormat: Rule[0] = (body) => 'response_format' in body;
const isStreamed: Rule[0] = (body) => body.stream === true;
const holds =
  (text: string): Rule[0] =>
  (body) =>
    JSON.stringify(body.messages).includes(text);

function startServer(...rules: readonly Rule[]) {
  const models = { '/v1/models': listsModel('gemma-3', 'vllm', { max_model_len: 8192 }) };
  return startRoutedServer(models, (response, request) => {
    const rule = rules.find(([fits]) => fits(request.body));
    return (rule?.[1] ?? repliesText('Hello.'))(response, request);
  });
}

/** A request to which the server never replies. The time for all measurements is used up when it arrives. */
function usesUpTime(): Answer {
  const budget = new AbortController();
  jest.spyOn(AbortSignal, 'timeout').mockReturnValueOnce(budget.signal);
  return () => budget.abort(new DOMException('The time is used up.', 'TimeoutError'));
}

async function measure(...rules: readonly Rule[]) {
  await using server = await startServer(...rules);
  const report = await probeProfile({ baseURL: server.baseURL, model: 'gemma-3' });
  const lines = new Map(report.measurements.map((line) => [line.thing, line]));
  return { ...report, line: (thing: MeasuredThing) => lines.get(thing) };
}

const call = repliesCall('get_weather', { city: 'Paris' });

describe('a measurement', () => {
  test('is reported as soon as it is done, in the order of the report', async () => {
    const reported: Measurement[] = [];
    await using server = await startServer();
    const { measurements } = await probeProfile({
      baseURL: server.baseURL,
      model: 'gemma-3',
      onMeasured: (measurement) => void reported.push(measurement),
    });
    expect(measurements.map(({ thing }) => thing)).toEqual([...measuredThings]);
    expect(reported).toEqual(measurements);
    expect(server.chats.length).toBeLessThanOrEqual(20);
  });

  test('of tools that do not make the prompt longer shows that they were ignored', async () => {
    const { line } = await measure();
    expect(line('tools')).toMatchObject({
      verdict: 'no',
      detail: expect.stringMatching(/^ignored/),
    });
    expect(line('system role')).toMatchObject({ verdict: 'no' });
    expect(line('images')).toMatchObject({ verdict: 'no' });
  });

  test('of a streamed call checks its arguments', async () => {
    const piece = { index: 0, id: 'c', function: { name: 'get_weather', arguments: '{"city": [' } };
    const broken = streamsPieces(
      chunk({ role: 'assistant', content: '' }),
      chunk({ tool_calls: [piece] }, 'tool_calls'),
      done,
    );
    const { line, profile } = await measure(
      [(body) => hasTools(body) && isStreamed(body), broken],
      [hasTools, call],
    );
    expect(line('calls in a stream')).toEqual({
      thing: 'calls in a stream',
      verdict: 'no',
      detail: 'the arguments are not a JSON object: {"city": [',
    });
    expect(profile.dialect).toBe('prompted');
  });

  test('of a call that is lost in a stream shows an empty reply', async () => {
    const empty = streamsPieces(chunk({ role: 'assistant', content: '' }, 'stop'), done);
    const { line } = await measure(
      [(body) => hasTools(body) && isStreamed(body), empty],
      [hasTools, call],
    );
    expect(line('calls in a stream')).toMatchObject({
      verdict: 'no',
      detail: 'the reply is empty',
    });
  });

  test('of a forced choice checks the name of the called tool', async () => {
    const { line } = await measure([hasTools, repliesCall('get_time', { city: 'Paris' })]);
    expect(line('tool choice "required"')).toMatchObject({ verdict: 'yes' });
    expect(line('tool choice by name')).toMatchObject({
      verdict: 'no',
      detail: 'another tool: get_time',
    });
  });

  test('of a schema that is not enforced shows the reply', async () => {
    const { line, profile } = await measure([hasFormat, repliesText('{"greeting": "Hello."}')]);
    expect(line('json_schema')).toMatchObject({
      verdict: 'no',
      detail: 'not enforced: {"greeting": "Hello."}',
    });
    expect(line('json_object')).toMatchObject({ verdict: 'yes' });
    expect(profile.structuredOutput).toBe('json_object');
  });

  test('is unclear if the server is overloaded', async () => {
    const { line, profile } = await measure([hasTools, refuses('overloaded', 503)]);
    expect(line('tools')).toMatchObject({ verdict: 'unclear' });
    expect(profile.dialect).toBe('native');
  });

  test('of the context window is the size that the server reports', async () => {
    const { line, profile } = await measure();
    expect(line('context window')).toMatchObject({ detail: '8192 tokens (/models)' });
    expect(profile.contextWindow).toBe(8192);
  });

  test('of the message order is strict if the server refuses one order', async () => {
    const alternate = refuses('Conversation roles must alternate user/assistant/...');
    const { line, profile } = await measure([holds('What is your name?'), alternate]);
    expect(line('user twice in a row')).toMatchObject({ verdict: 'no' });
    expect(profile.turns.order).toBe('strict');
  });
});

describe('a server that does not answer a plain question', () => {
  test('fails with the error of the server', async () => {
    await using server = await startServer([() => true, refuses('invalid api key', 401)]);
    const probing = probeProfile({ baseURL: server.baseURL, model: 'gemma-3', apiKey: 'k' });
    await expect(probing).rejects.toMatchObject({ code: 'model_unauthorized' });
    expect(server.chats).toHaveLength(1);
  });

  test('fails as unreachable if no server is there', async () => {
    let baseURL = '';
    {
      await using server = await startServer();
      baseURL = server.baseURL;
    }
    await expect(probeProfile({ baseURL, model: 'm' })).rejects.toMatchObject({
      code: 'model_unreachable',
    });
  });

  test('gets no further request after an abort', async () => {
    const controller = new AbortController();
    await using server = await startServer([hasTools, () => controller.abort(new Error('enough'))]);
    const { signal } = controller;
    const probing = probeProfile({ baseURL: server.baseURL, model: 'gemma-3', signal });
    await expect(probing).rejects.toThrow('enough');
    expect(hasTools(server.chats.at(-1) ?? {})).toBe(true);
  });
});

describe('the time for all measurements', () => {
  test('ends a request that is not answered, and what is left is unclear', async () => {
    await using server = await startServer([hasTools, usesUpTime()]);
    const { measurements, profile } = await probeProfile({
      baseURL: server.baseURL,
      model: 'gemma-3',
    });
    const verdictOf = (name: MeasuredThing) => measurements.find(({ thing }) => thing === name);
    expect(verdictOf('user twice in a row')).toMatchObject({ verdict: 'yes' });
    for (const name of ['tools', 'tool role', 'images', 'json_schema'] as const) {
      expect(verdictOf(name)).toMatchObject({
        verdict: 'unclear',
        detail: 'not measured: the time is used up',
      });
    }
    expect(server.chats.filter(hasTools)).toHaveLength(1);
    expect(profile.structuredOutput).toBe('json_schema');
  });

  test('is a timeout if not even a plain question is answered', async () => {
    await using server = await startServer([() => true, () => {}]);
    const probing = probeProfile({ baseURL: server.baseURL, model: 'gemma-3', budgetMs: 50 });
    await expect(probing).rejects.toMatchObject({ code: 'model_timeout' });
  });

  test('is saved by short replies: only calls and JSON get more than 32 tokens', async () => {
    await using server = await startServer();
    await probeProfile({ baseURL: server.baseURL, model: 'gemma-3' });
    const limits = (fits: Rule[0]) =>
      new Set(server.chats.filter(fits).map((body) => body.max_tokens));
    expect(limits((body) => !hasTools(body) && !hasFormat(body))).toEqual(new Set([32]));
    expect(limits(hasTools)).toEqual(new Set([256, 32]));
  });
});

describe('thoughts', () => {
  test('whose opening tag the template writes are a rule of the profile', async () => {
    const { line, profile, code } = await measure([() => true, repliesText('Hm.</think>Hello.')]);
    expect(line('thoughts in the text')).toMatchObject({ verdict: 'yes' });
    expect(profile.thoughts).toEqual({ startsInside: true });
    expect(code).toContain('thoughts: {\n    startsInside: true,\n  },');
  });

  test('with both tags need no rule', async () => {
    const { line, profile } = await measure([() => true, repliesText('<think>Hm.</think>Hello.')]);
    expect(line('thoughts in the text')).toMatchObject({ verdict: 'yes', detail: '<think>' });
    expect(profile.thoughts).toBeUndefined();
  });
});

describe('small tasks', () => {
  const answers = (text: string): Answer => repliesText(JSON.stringify({ answer: text }));
  const isGuided: Rule[0] = (body) => JSON.stringify(body.response_format ?? '').includes('answer');
  const enforcesSchema: Rule = [
    holds('Say hello.'),
    repliesText('{"colour_of_the_probe":"ultramarine"}'),
  ];
  const guidedIsBest: readonly Rule[] = [
    enforcesSchema,
    [isGuided, answers('It is a short film that advertises another one.')],
  ];

  async function measureTasks(options: object, ...rules: readonly Rule[]) {
    await using server = await startServer(...rules);
    const { baseURL } = server;
    return await probeProfile({ baseURL, model: 'gemma-3', tasks: true, ...options });
  }

  test('give the profile the dialect that solves most of them', async () => {
    const trials: string[] = [];
    const report = await measureTasks(
      {
        onTask: ({ task, dialect }: { task: string; dialect: string }) =>
          trials.push(`${task}, ${dialect}`),
      },
      ...guidedIsBest,
    );
    expect(report.dialects).toEqual([
      expect.objectContaining({ dialect: 'guided', solved: 2, tasks: 10 }),
      expect.objectContaining({ dialect: 'prompted', solved: 1, tasks: 10 }),
    ]);
    expect(report.profile.dialect).toBe('guided');
    expect(report.code).toContain("dialect: 'guided'");
    expect(printReport(report)).toMatch(/\n {2}guided +2 of 10 small tasks, \d+ tokens in\n/);
    expect(trials.slice(0, 3)).toEqual(['lookup, prompted', 'lookup, guided', 'sale, prompted']);
  });

  test('of a server without schemas are not run in the guided dialect', async () => {
    const { dialects, profile } = await measureTasks({});
    expect(dialects?.map(({ dialect }) => dialect)).toEqual(['prompted']);
    expect(profile.dialect).toBe('prompted');
  });

  test('change nothing if the time was enough for a few only', async () => {
    const hangs: Rule = [holds('When do f-1'), usesUpTime()];
    const report = await measureTasks({}, hangs, ...guidedIsBest);
    const [one, other] = report.dialects?.map(({ tasks }) => tasks) ?? [];
    expect(one).toBe(other);
    expect(one ?? 0).toBeLessThanOrEqual(2);
    expect(report.profile.dialect).toBe('prompted');
  });
});

describe('a report', () => {
  test('has a table and the profile as code', async () => {
    const report = await measure([hasTools, answersJson({ error: 'no' }, { status: 400 })]);
    const printed = printReport(report);
    expect(printed).toMatch(/^gemma-3 at http:\/\/127\.0\.0\.1:\d+\/v1\n\n {2}system role +no /);
    expect(printed).toMatch(/\n {2}tools +no +400: no\n/);
    expect(printed).toMatch(/\nDialect prompted: The server failed: tools, calls in a stream/);
    expect(printed).toContain("import { defineProfile, profiles } from '@turnwise/core';");
    expect(printed).toContain('  contextWindow: 8_192,\n');
  });
});

test('the image of the measurement is a PNG of the given size', () => {
  const [, base64 = ''] = tinyPng(32).split('base64,');
  expect(describeImage(Buffer.from(base64, 'base64'))).toMatchObject({
    mediaType: 'image/png',
    width: 32,
    height: 32,
  });
});
