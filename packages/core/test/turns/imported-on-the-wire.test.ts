import { describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { Agent } from '../../src/agent/agent.ts';
import { openaiCompatible } from '../../src/model/openai-compatible.ts';
import { tool } from '../../src/tool/tool.ts';
import { Transcript } from '../../src/turns/transcript.ts';
import { chunk, done, startModelServer, streamsPieces } from '../support/model-server.ts';
import { repliesText } from '../support/routed-server.ts';

const read = tool({
  name: 'read',
  description: 'Reads a file.',
  parameters: z.object({ path: z.string() }),
  execute: () => 'not called',
});

/** The messages that a server gets if an imported history is continued with `Go on.` */
async function continued(
  history: readonly unknown[],
  { streamed = false, profile = 'openai' } = {},
) {
  const answer = streamed
    ? streamsPieces(chunk({ content: 'Fine.' }), chunk({}, 'stop') + done)
    : repliesText('Fine.');
  await using server = await startModelServer(answer);
  const { transcript, changes } = Transcript.repair(history);
  const model = openaiCompatible({
    baseURL: server.baseURL,
    model: 'm',
    profile: profile as 'openai',
  });
  const agent = new Agent({ name: 'guide', model, tools: [read] });
  const options = { transcript, openCalls: 'cancel' } as const;
  const result = streamed
    ? await agent.stream('Go on.', options).result
    : await agent.run('Go on.', options);
  expect(result).toMatchObject({ status: 'completed', output: 'Fine.' });
  const messages = server.requests[0]?.body.messages as readonly WireMessage[];
  return { messages, changes: changes.map(({ kind }) => kind) };
}

interface WireMessage {
  readonly role: string;
  readonly content: unknown;
  readonly tool_calls?: readonly { id: string; function: { name: string; arguments: string } }[];
  readonly tool_call_id?: string;
}

const user = (content: unknown) => ({ role: 'user', content });
const called = (id: string | undefined, path: string) => ({
  role: 'assistant',
  content: null,
  tool_calls: [
    {
      ...(id !== undefined && { id }),
      type: 'function',
      function: { name: 'read', arguments: JSON.stringify({ path }) },
    },
  ],
});
const result = (id: string | undefined, content: string) => ({
  role: 'tool',
  ...(id !== undefined && { tool_call_id: id }),
  content,
});

/** Each call with its result, and the other messages, as one line each. */
function lines(messages: readonly WireMessage[]): readonly string[] {
  const paths = new Map<string | undefined, string>();
  return messages.flatMap(({ role, content, tool_calls = [], tool_call_id }) => {
    for (const { id, function: named } of tool_calls)
      paths.set(id, JSON.parse(named.arguments).path);
    if (role === 'tool') return [`${paths.get(tool_call_id)}: ${String(content)}`];
    return tool_calls.length > 0 ? [] : [`${role} ${JSON.stringify(content)}`];
  });
}

describe.each([{ streamed: false }, { streamed: true }])(
  'the server gets an imported history in its right order (streamed: $streamed)',
  (mode) => {
    test.each<[string, readonly unknown[], readonly string[]]>([
      [
        'a result after a message of the user',
        [user('Read.'), called('a', 'x'), user('Well?'), result('a', 'X')],
        ['x: X'],
      ],
      [
        'a result after an answer',
        [
          user('Read.'),
          called('a', 'x'),
          { role: 'assistant', content: 'Wait.' },
          result('a', 'X'),
        ],
        ['x: X'],
      ],
      [
        'a result without an id',
        [user('Read.'), called('a', 'x'), result(undefined, 'X')],
        ['x: X'],
      ],
      [
        'neither with an id',
        [user('Read.'), called(undefined, 'x'), result(undefined, 'X')],
        ['x: X'],
      ],
      [
        'results after several messages of one call',
        [user('Read.'), called('a', 'x'), called('b', 'y'), result('b', 'Y'), result('a', 'X')],
        ['x: X', 'y: Y'],
      ],
      [
        'one id for two calls',
        [user('Read.'), called('a', 'x'), result('a', 'X'), called('a', 'y'), result('a', 'Y')],
        ['x: X', 'y: Y'],
      ],
      [
        'Anthropic',
        [
          user('Read.'),
          {
            role: 'assistant',
            content: [{ type: 'tool_use', id: 'a', name: 'read', input: { path: 'x' } }],
          },
          user([{ type: 'tool_result', tool_use_id: 'a', content: 'X' }]),
        ],
        ['x: X'],
      ],
      [
        'Ollama',
        [
          user('Read.'),
          {
            role: 'assistant',
            content: '',
            tool_calls: [{ function: { name: 'read', arguments: { path: 'x' } } }],
          },
          { role: 'tool', tool_name: 'read', content: 'X' },
        ],
        ['x: X'],
      ],
      [
        'model messages of the AI SDK',
        [
          user('Read.'),
          {
            role: 'assistant',
            content: [
              { type: 'tool-call', toolCallId: 'a', toolName: 'read', input: { path: 'x' } },
            ],
          },
          {
            role: 'tool',
            content: [
              {
                type: 'tool-result',
                toolCallId: 'a',
                toolName: 'read',
                output: { type: 'text', value: 'X' },
              },
            ],
          },
        ],
        ['x: X'],
      ],
      [
        'UI messages of the AI SDK',
        [
          { role: 'user', parts: [{ type: 'text', text: 'Read.' }] },
          {
            role: 'assistant',
            parts: [
              {
                type: 'tool-read',
                toolCallId: 'a',
                state: 'output-available',
                input: { path: 'x' },
                output: 'X',
              },
            ],
          },
        ],
        ['x: X'],
      ],
    ])('%s', async (_name, history, expected) => {
      const { messages } = await continued(history, mode);
      const results = lines(messages).filter((line) => /^[xy]: /.test(line));
      expect(results.toSorted()).toEqual(expected);
      const calls = messages.flatMap(({ tool_calls = [] }) => tool_calls);
      const answered = messages.flatMap(({ tool_call_id }) => tool_call_id ?? []);
      expect(answered.toSorted()).toEqual(calls.map(({ id }) => id).toSorted());
      expect(new Set(answered).size).toBe(answered.length);
      expect(messages.at(-1)).toMatchObject({ role: 'user' });
      expect(JSON.stringify(messages.at(-1))).toContain('Go on.');
    });

    test('a call without any result is answered as cancelled', async () => {
      const { messages } = await continued(
        [user('Read.'), called('a', 'x'), user('Never mind.')],
        mode,
      );
      const answers = messages.filter(({ role }) => role === 'tool');
      expect(answers).toHaveLength(1);
      expect(JSON.stringify(messages)).toContain('Never mind.');
    });

    test('thoughts are not sent as text, and a refusal is', async () => {
      const { messages } = await continued(
        [
          user('Hi'),
          {
            role: 'assistant',
            content: [
              { type: 'reasoning', text: 'SECRET-THOUGHT' },
              { type: 'text', text: 'Hello.' },
            ],
          },
          user('Cheat'),
          { role: 'assistant', content: null, refusal: 'I will not.' },
        ],
        mode,
      );
      const sent = JSON.stringify(messages);
      expect(sent).toContain('I will not.');
      expect(sent).toContain('Hello.');
      expect(sent).not.toContain('SECRET-THOUGHT');
    });

    test('the strict order of Gemma is kept: users and assistants take turns', async () => {
      const history = [user('a'), user('b'), called('1', 'x'), user('c'), result('1', 'X')];
      const { messages } = await continued(history, { ...mode, profile: 'gemma-3' });
      const roles = messages.map(({ role }) => role).filter((role) => role !== 'system');
      for (const [place, role] of roles.entries()) expect(role).not.toBe(roles[place + 1]);
    });
  },
);

test.each<[string, unknown, string]>([
  ['a message without a role', { text: 'lost' }, 'role'],
  ['a message that is no object', 7, 'object'],
  ['an unknown role', { role: 'critic', content: 'Bad.' }, '"critic"'],
])('what cannot be read is named, and nothing is sent: %s', async (_name, message, part) => {
  const history = [user('Hi'), { role: 'assistant', content: 'Hello.' }, message];
  const failed = continued(history);
  await expect(failed).rejects.toMatchObject({ code: 'invalid_state' });
  await expect(failed).rejects.toThrow('Message 2');
  await expect(failed).rejects.toThrow(part);
});
