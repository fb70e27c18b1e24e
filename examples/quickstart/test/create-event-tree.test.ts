import { PassThrough } from 'node:stream';
import { expect, test } from '@jest/globals';
import type { RunEvent } from '@turnwise/core';
import type { RunEventBody } from '@turnwise/core/model';
import { createColours } from '@turnwise-examples/program';
import { createEventTree } from '../src/create-event-tree.ts';

const usage = { inputTokens: 1, outputTokens: 2, cachedInputTokens: 0 };

function printed(bodies: readonly RunEventBody[]): string {
  let text = '';
  const colours = createColours({ output: new PassThrough(), variables: {} });
  const print = createEventTree((piece) => {
    text += piece;
  }, colours);
  bodies.forEach((body, seq) => {
    const event: RunEvent = { ...body, runId: 'r', agent: 'a', step: 1, seq, at: 0 };
    print(event);
  });
  return text;
}

const opening: readonly RunEventBody[] = [
  { type: 'run-started', resumed: false },
  { type: 'step-started', phase: 'act' },
  {
    type: 'request-started',
    attempt: 1,
    model: 'm',
    dialect: 'native',
    messages: 2,
    estimatedTokens: 30,
    tools: 1,
  },
];

test('the deltas of a text are on one line, inside their request', () => {
  const text = printed([
    ...opening,
    { type: 'text-delta', text: 'Good ', attempt: 1 },
    { type: 'text-delta', text: 'day.\u001b[2J', attempt: 1 },
    { type: 'request-finished', attempt: 1, usage, finishReason: 'stop' },
    { type: 'step-finished', usage },
    { type: 'run-finished', status: 'completed', usage },
  ]);
  expect(text).toBe(`run-started
├─ step-started  1, act
│  ├─ request-started  m, native, 2 messages, about 30 tokens, 1 tools
│  │  ├─ text-delta  Good day.\\u001b[2J
│  │  └─ request-finished  stop, 1 tokens in, 2 out
│  └─ step-finished  1 tokens in, 2 out
└─ run-finished  completed, 1 tokens in, 2 out
`);
});

test('each call of a reply is on a separate line', () => {
  const text = printed([
    ...opening,
    { type: 'call-delta', index: 0, name: 'add', arguments: '{"a":', attempt: 1 },
    { type: 'call-delta', index: 0, arguments: '1}', attempt: 1 },
    { type: 'call-delta', index: 1, name: 'add', arguments: '{}', attempt: 1 },
  ]);
  expect(text.split('\n').slice(-2)).toEqual([
    '│  │  ├─ call-delta  add {"a":1}',
    '│  │  ├─ call-delta  add {}',
  ]);
});

test('a long result of a tool is shortened and stays on its line', () => {
  const call = { id: '1.0', name: 'read_file', arguments: {} };
  const parts = [{ type: 'text', text: 'line\n'.repeat(500) }] as const;
  const result = { callId: '1.0', name: 'read_file', status: 'ok', parts } as const;
  const text = printed([
    ...opening.slice(0, 2),
    { type: 'tool-started', call },
    { type: 'tool-finished', call, result, durationMs: 3 },
  ]);
  const lines = text.trimEnd().split('\n');
  expect(lines).toHaveLength(4);
  expect(lines.at(-1)).toMatch(/^│ {2}├─ tool-finished {2}read_file, ok in 3 ms: line\\nline.*…$/);
});
