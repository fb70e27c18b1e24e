import { describe, expect, test } from '@jest/globals';
import { chunk, done, streamsPieces } from '../support/model-server.ts';
import { runOnRawServer, type ServerReply, wireCall } from '../support/raw-server-run.ts';

const modes = [{ streamed: false }, { streamed: true }];

const answer: ServerReply = { message: { content: 'Read.' } };
const calls = (...texts: readonly string[]): ServerReply => ({
  message: {
    content: null,
    tool_calls: texts.map((text, index) => wireCall('read_file', text, `c${index}`)),
  },
  finish: 'tool_calls',
});

describe.each(modes)(
  'the arguments of one call, twice in one text (streamed: $streamed)',
  (mode) => {
    test.each([
      '{"path":"a.txt"}{"path":"a.txt"}',
      '{"path":"a.txt"}\n{ "path": "a.txt" }',
      '{"path":"a.txt"}{"path":"a.txt"}{"path":"a.txt"}',
      '{}{"path":"a.txt"}',
      '{}{"path":"a.txt"}{"path":"a.txt"}',
      '{ } {"path": "a.txt",}',
    ])('%j is one call, with a fix', async (text) => {
      const { executed, output, fixes } = await runOnRawServer([calls(text), answer], mode);
      expect({ executed, output }).toEqual({ executed: ['read_file a.txt'], output: 'Read.' });
      expect(fixes).toMatchObject([{ kind: 'repaired-arguments', name: 'read_file', text }]);
    });

    test('braces and quotes in a text do not divide it', async () => {
      const text = JSON.stringify({ path: 'a}{"b\\' });
      const { executed } = await runOnRawServer([calls(text + text), answer], mode);
      expect(executed).toEqual(['read_file a}{"b\\']);
    });

    test.each([
      '{"path":"a.txt"}{"path":"b.txt"}',
      '{"path":"a.txt"}{}',
      '{}{"path":"a.txt"}{"path":"b.txt"}',
      '{"path":"a.txt"}{"path":"a.txt"',
      '{"path":"a.txt"}"a.txt"',
      '{"path":{"path":"a.txt"}',
    ])('%j may be several calls or half of one: it does not run', async (text) => {
      const good = calls('{"path":"c.txt"}');
      const { executed, output } = await runOnRawServer([calls(text), good, answer], mode);
      expect({ executed, output }).toEqual({ executed: ['read_file c.txt'], output: 'Read.' });
      const next = await runOnRawServer([calls(text, '{"path":"c.txt"}'), answer], mode);
      expect(next.executed).toEqual(['read_file c.txt']);
    });
  },
);

test('in a stream, arguments that arrive again in a last piece without an id are one call', async () => {
  const piece = (text: string, more: object = {}) =>
    chunk({ tool_calls: [{ index: 0, ...more, function: { arguments: text } }] });
  const start = { index: 0, id: 'c', function: { name: 'read_file', arguments: '' } };
  for (const pieces of [
    [piece('{"path":'), piece('"a.txt"}'), piece('{"path":"a.txt"}')],
    [piece('{}'), piece('{"path":"a.txt"}')],
    [piece('{}'), piece('{"path":'), piece('"a.txt"}'), piece('{"path": "a.txt"}')],
  ]) {
    const reply = streamsPieces(
      chunk({ tool_calls: [start] }),
      ...pieces,
      chunk({}, 'tool_calls') + done,
    );
    const { executed, output } = await runOnRawServer([reply, answer], { streamed: true });
    expect({ executed, output }).toEqual({ executed: ['read_file a.txt'], output: 'Read.' });
  }
});
