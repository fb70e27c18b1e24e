import { expect, test } from '@jest/globals';
import type { ModelRequest } from '../../src/model/model.ts';
import { Transcript } from '../../src/turns/transcript.ts';

const calls = {
  role: 'assistant',
  kind: 'calls',
  calls: [{ id: '1.0', name: 'f', arguments: {} }],
} as const;

/** Never called: the marked lines must not compile; the others must. */
export function wrongContinuations(): void {
  const empty = Transcript.empty();
  const asked = empty.user('Hi');
  const called = asked.assistant(calls);
  const answered = asked.assistant('Hello');

  // @ts-expect-error The first turn must be a user turn.
  empty.assistant('Hello');
  // @ts-expect-error A user turn cannot follow a user turn; addInput() adds to the last one.
  asked.user('Hi again');
  // @ts-expect-error There are no calls to answer.
  asked.toolResults([]);
  // @ts-expect-error An assistant turn cannot follow an assistant turn.
  answered.assistant('And');
  // @ts-expect-error The last turn is not open.
  answered.addInput('More');
  // @ts-expect-error The calls need results first.
  called.user('Wait');
  // @ts-expect-error The calls need results first.
  called.addInput('Wait');
  // @ts-expect-error An assistant turn is either text or calls.
  asked.assistant({ role: 'assistant', kind: 'text', text: 'Hm', calls: calls.calls });
  // @ts-expect-error A turn of calls has at least one.
  asked.assistant({ role: 'assistant', kind: 'calls', calls: [] });
  // @ts-expect-error An input has at least one part.
  empty.user([]);
  // @ts-expect-error The list of turns is read-only.
  asked.turns.push(calls);
}

/** Never called: requests to a model. */
export function wrongRequests(
  base: Omit<ModelRequest & { phase: 'act' }, 'transcript'>,
): unknown[] {
  const empty = Transcript.empty();
  const asked = empty.user('Hi');
  const called = asked.assistant(calls);
  const fine: ModelRequest = { ...base, transcript: asked };
  // @ts-expect-error A transcript with calls without results cannot be sent.
  const open: ModelRequest = { ...base, transcript: called };
  // @ts-expect-error A transcript that awaits the user cannot be sent.
  const idle: ModelRequest = { ...base, transcript: empty };
  // @ts-expect-error A request has either tools or an output schema.
  const both: ModelRequest = { ...base, transcript: asked, output: { name: 'o', schema: {} } };
  return [fine, open, idle, both];
}

/** Never called: `awaits` narrows the methods of a transcript. */
export function narrowing(transcript: Transcript): Transcript {
  // @ts-expect-error `awaits` is not known yet.
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

test('calls that do not compile throw if types are bypassed', () => {
  expect(wrongContinuations).toThrow(expect.objectContaining({ code: 'turn_order' }));
  expect(narrowing(Transcript.empty()).awaits).toBe('assistant');
});
