import { expect, test } from '@jest/globals';
import type { ModelRequest } from '../../src/model/model.ts';
import { Transcript } from '../../src/turns/transcript.ts';

const calls = {
  role: 'assistant',
  kind: 'calls',
  calls: [{ id: '1.0', name: 'f', arguments: {} }],
} as const;

/** Never called: what it says must not compile, and does where a line is not marked. */
export function wrongContinuations(): void {
  const empty = Transcript.empty();
  const asked = empty.user('Hi');
  const called = asked.assistant(calls);
  const answered = asked.assistant('Hello');

  // @ts-expect-error The assistant cannot begin.
  empty.assistant('Hello');
  // @ts-expect-error A user cannot speak behind a user; words() adds to the open turn.
  asked.user('Hi again');
  // @ts-expect-error Nobody asked for results.
  asked.toolResults([]);
  // @ts-expect-error An assistant cannot speak twice.
  answered.assistant('And');
  // @ts-expect-error There is no open turn to add to.
  answered.addInput('More');
  // @ts-expect-error Calls are answered first.
  called.user('Wait');
  // @ts-expect-error Calls are answered first.
  called.addInput('Wait');
  // @ts-expect-error A turn is EITHER text OR calls.
  asked.assistant({ role: 'assistant', kind: 'text', text: 'Hm', calls: calls.calls });
  // @ts-expect-error A turn of calls has at least one.
  asked.assistant({ role: 'assistant', kind: 'calls', calls: [] });
  // @ts-expect-error An input has at least one part.
  empty.user([]);
  // @ts-expect-error Turns cannot be added behind the transcript's back.
  asked.turns.push(calls);
}

/** Never called: what can be sent to a model. */
export function wrongRequests(
  base: Omit<ModelRequest & { phase: 'act' }, 'transcript'>,
): unknown[] {
  const empty = Transcript.empty();
  const asked = empty.user('Hi');
  const called = asked.assistant(calls);
  const fine: ModelRequest = { ...base, transcript: asked };
  // @ts-expect-error Unanswered calls cannot be sent.
  const open: ModelRequest = { ...base, transcript: called };
  // @ts-expect-error A conversation that waits for its user cannot be sent.
  const idle: ModelRequest = { ...base, transcript: empty };
  // @ts-expect-error Tools and the shape of an answer never travel together.
  const both: ModelRequest = { ...base, transcript: asked, output: { name: 'o', schema: {} } };
  return [fine, open, idle, both];
}

/** Never called: `awaits` narrows what a transcript of any state can do. */
export function narrowing(transcript: Transcript): Transcript {
  // @ts-expect-error Nobody knows yet whose turn it is.
  transcript.user('Hi');
  switch (transcript.awaits) {
    case 'user':
      return transcript.user('Hi');
    case 'assistant':
      return transcript.assistant('Hello');
    case 'tool':
      return transcript.toolResults(
        transcript.openCalls.map(({ id, name }) => ({ callId: id, name, status: 'ok', parts: [] })),
      );
  }
}

test('what does not compile throws where types are bypassed', () => {
  expect(wrongContinuations).toThrow(expect.objectContaining({ code: 'turn_order' }));
  expect(narrowing(Transcript.empty()).awaits).toBe('assistant');
});
