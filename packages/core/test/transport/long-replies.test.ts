import { describe, expect, jest, test } from '@jest/globals';
import { isThorough } from '../../../../scripts/desk-cases.ts';
import { type Answer, answersText, chunk, done, event } from '../support/model-server.ts';
import { runOnRawServer, type ServerReply, wireCall } from '../support/raw-server-run.ts';

const modes = [{ streamed: false }, { streamed: true }];
/** A megabyte in `.ci/run`. */
const size = isThorough ? 1_000_000 : 100_000;
const answer: ServerReply = { message: { content: 'Done.' } };
const manyTokens = { contextWindow: { tokens: 50_000_000 } };

/** A text of one repeated piece. */
const fill = (piece: string, length = size) => piece.repeat(Math.ceil(length / piece.length));

/** One event of a stream for each character, several in each packet. */
function inCharacters(
  text: string,
  toDelta: (piece: string) => object,
  ...first: object[]
): Answer {
  const pieces = [...first, ...Array.from(text, toDelta)].map((delta) => chunk(delta));
  const body = `${pieces.join('')}${chunk({}, 'stop')}${done}`;
  return answersText(body, { contentType: 'text/event-stream' });
}

// A reader whose work grows with the square of the length needs minutes for these.
jest.setTimeout(30_000);

describe.each(modes)('a long reply is read to its end (streamed: $streamed)', (mode) => {
  test.each([
    ['brackets', fill('{')],
    ['quotes', fill('"')],
    ['line breaks and a word', `${fill('\n')}x`],
    ['fences', fill('```\n')],
    ['tags', fill('<b>')],
    ['closing brackets', `[${fill(']')}`],
  ])('text of %s is the answer', async (_name, content) => {
    const end = await runOnRawServer([{ message: { content } }], { ...mode, agent: manyTokens });
    expect(end).toMatchObject({ status: 'completed', executed: [] });
    expect(String(end.output)).toHaveLength(content.length);
  });

  test.each([
    ['arguments with raw quotes', `{"path": "${fill('a"')}"}`],
    ['arguments of open brackets', fill('{"path":')],
    ['arguments with raw line breaks', `{"path": "${fill('a\n', 0.9 * size)}`],
    ['arguments that repeat a key', `{${fill('"path": 1, ')}`],
  ])('%s do not run, and the run continues', async (_name, input) => {
    const call: ServerReply = {
      message: { content: null, tool_calls: [wireCall('read_file', input)] },
      finish: 'tool_calls',
    };
    const end = await runOnRawServer([call, call, answer], { ...mode, agent: manyTokens });
    expect(end).toMatchObject({ status: 'completed', output: 'Done.', executed: [] });
  });

  test('calls that begin thousands of times do not run', async () => {
    const content = fill('<tool_call>{"name":');
    const end = await runOnRawServer([{ message: { content } }], { ...mode, agent: manyTokens });
    expect(end).toMatchObject({ status: 'failed', executed: [] });
    expect(end.error?.code).toBe('model_call_unreadable');
  });

  test('a thought is reasoning', async () => {
    const content = `<think>${fill('Hm. ')}</think>Done.`;
    const end = await runOnRawServer([{ message: { content } }], { ...mode, agent: manyTokens });
    expect(end).toMatchObject({ status: 'completed', output: 'Done.' });
  });
});

describe('a stream of one character in each event is read to its end:', () => {
  const text = fill('All is "well" \\ here.\n', 0.28 * size);

  test('text', async () => {
    const end = await runOnRawServer([inCharacters(text, (content) => ({ content }))], {
      streamed: true,
    });
    expect(end).toMatchObject({ status: 'completed', output: text });
  });

  test('reasoning', async () => {
    const first = inCharacters(text, (reasoning_content) => ({ reasoning_content }));
    const { fixes } = await runOnRawServer([first, answer], { streamed: true });
    expect(fixes).toMatchObject([
      { kind: 'asked-again', reason: expect.stringContaining(String(text.trim().length)) },
    ]);
  });

  test('arguments', async () => {
    const opening = { tool_calls: [{ index: 0, ...wireCall('read_file', '') }] };
    const calls = inCharacters(
      JSON.stringify({ path: text }),
      (piece) => ({ tool_calls: [{ index: 0, function: { arguments: piece } }] }),
      opening,
    );
    const { executed } = await runOnRawServer([calls, answer], {
      streamed: true,
      agent: manyTokens,
    });
    expect(executed).toEqual([`read_file ${text}`]);
  });
});

test('megabytes of white space before a reply do not matter', async () => {
  const choices = [{ index: 0, message: { content: 'Done.' }, finish_reason: 'stop' }];
  const body = JSON.stringify({ choices });
  const whole = answersText(fill(' ', 10 * size) + body);
  const stream = answersText(
    fill('\n', 10 * size) + event({ choices: [{ index: 0, delta: { content: 'Done.' } }] }) + done,
    { contentType: 'text/event-stream' },
  );
  expect(await runOnRawServer([whole], { streamed: false })).toMatchObject({ output: 'Done.' });
  expect(await runOnRawServer([stream], { streamed: true })).toMatchObject({ output: 'Done.' });
});
