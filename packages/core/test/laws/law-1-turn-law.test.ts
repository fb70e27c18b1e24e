import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { coversRareCases, propertyRuns } from '../../../../scripts/property-runs.ts';
import { TurnwiseError } from '../../src/errors.ts';
import { Transcript } from '../../src/turns/transcript.ts';
import type { Turn } from '../../src/turns/turn.ts';
import { plainJson } from '../support/play-scenario.ts';

/** One thing done to a transcript, whether or not it fits, as a program without types would do it. */
interface Operation {
  readonly name: 'user' | 'addInput' | 'assistant' | 'toolResults';
  /** `undefined` for results that fit the open calls. */
  readonly content: unknown;
  /** Which of the transcripts so far it is applied to. @default the newest */
  readonly to: number | undefined;
}

const call = fc.record({
  id: fc.constantFrom('1.0', '1.1', 'x'),
  name: fc.constantFrom('add', 'search'),
  arguments: fc.constantFrom({}, { a: 1 }),
});
const result = fc.record({
  callId: fc.constantFrom('1.0', '1.1', 'x'),
  name: fc.constantFrom('add', 'search'),
  status: fc.constantFrom('ok', 'error'),
  parts: fc.constantFrom([], [{ type: 'text', text: 'Done.' }]),
});
const words = fc.constantFrom<unknown>('Hello', [{ type: 'text', text: 'Hi' }], [], [null]);
const assistantTurn = fc.oneof(
  fc.constant('Yes.'),
  fc.constant({ role: 'assistant', kind: 'text', text: 'No.' }),
  fc.array(call, { maxLength: 2 }).map((calls) => ({ role: 'assistant', kind: 'calls', calls })),
  fc.constantFrom(
    { role: 'assistant', kind: 'text', calls: [] },
    { role: 'assistant', kind: 'calls', text: 'No.' },
    { role: 'assistant', kind: 'text', text: 'No.', calls: [] },
    { role: 'assistant', kind: 'noise', text: 'No.' },
  ),
);
const operation: fc.Arbitrary<Operation> = fc
  .oneof(
    fc.tuple(fc.constantFrom('user' as const, 'addInput' as const), words),
    fc.tuple(fc.constant('assistant' as const), assistantTurn),
    fc.tuple(fc.constant('toolResults' as const), fc.array(result, { maxLength: 2 })),
    fc.constant(['toolResults', undefined] as const),
  )
  .chain(([name, content]) =>
    fc.option(fc.nat(20), { nil: undefined, freq: 2 }).map((to) => ({ name, content, to })),
  );

const operations = fc.array(operation, { maxLength: 30, size: 'max' });

type Next = 'user' | 'assistant' | 'tool';

/** Written from the law and not from the code: returns whose turn is next; throws if a turn is in the wrong place. */
function readLaw(turns: readonly Turn[]): Next {
  return turns.reduce<Next>((next, turn, place) => {
    if (turn.role !== next) throw new Error(`${turn.role} where ${next} was next`);
    return readTurn(turn, turns[place - 1]);
  }, 'user');
}

function readTurn(turn: Turn, before: Turn | undefined): Next {
  if (turn.role === 'user') {
    if (turn.inputs.length === 0) throw new Error('a user turn without an input');
    return 'assistant';
  }
  if (turn.role === 'tool') {
    const open = before?.role === 'assistant' && before.kind === 'calls' ? before.calls : [];
    const asked = open.map(({ id }) => id).join();
    const answered = turn.results.map(({ callId }) => callId).join();
    if (asked !== answered) throw new Error('results that answer other calls');
    return 'assistant';
  }
  if (turn.kind === 'text') return 'user';
  if (turn.calls.length === 0) throw new Error('calls without a call');
  return 'tool';
}

/** The next transcript, or `undefined` if it was refused with a code. */
function perform(
  transcripts: readonly Transcript[],
  { name, content, to }: Operation,
): Transcript | undefined {
  const base = transcripts[to === undefined ? transcripts.length - 1 : to % transcripts.length];
  try {
    const method = Reflect.get(base ?? {}, name) as (content: unknown) => Transcript;
    return Reflect.apply(method, base, [content ?? answersOf(base)]);
  } catch (thrown) {
    expect(thrown).toBeInstanceOf(TurnwiseError);
    expect(['turn_order', 'invalid_state', 'invalid_options']).toContain(
      (thrown as TurnwiseError).code,
    );
    return undefined;
  }
}

function answersOf(transcript: Transcript | undefined): unknown {
  if (transcript?.awaits !== 'tool') return [];
  return transcript.openCalls.map(({ id, name }) => ({
    callId: id,
    name,
    status: 'ok',
    parts: [],
  }));
}

/** Does everything in turn, each to one of the transcripts that there are by then. */
function grow(operations: readonly Operation[]): readonly Transcript[] {
  const grown: Transcript[] = [Transcript.empty()];
  for (const each of operations) {
    const next = perform(grown, each);
    if (next !== undefined) grown.push(next);
  }
  return grown;
}

const runs = { numRuns: propertyRuns };

test('any operation on a transcript keeps the turn law or throws', () => {
  let longest = 0;
  const property = fc.property(operations, (performed) => {
    for (const { turns, awaits } of grow(performed)) {
      expect(readLaw(turns)).toBe(awaits);
      longest = Math.max(longest, turns.length);
    }
  });
  fc.assert(property, runs);
  if (coversRareCases) expect(longest).toBeGreaterThan(4);
});

test('what is done to one transcript shows in no other', () => {
  const property = fc.property(operations, (performed) => {
    const grown: Transcript[] = [Transcript.empty()];
    const kept = [JSON.stringify(grown[0])];
    for (const each of performed) {
      const next = perform(grown, each);
      if (next === undefined) continue;
      grown.push(next);
      kept.push(JSON.stringify(next));
    }
    expect(grown.map((transcript) => JSON.stringify(transcript))).toEqual(kept);
  });
  fc.assert(property, runs);
});

test('a saved transcript is read back as it was', () => {
  const property = fc.property(operations, (performed) => {
    for (const transcript of grow(performed)) {
      const read = Transcript.fromJSON(plainJson(transcript));
      expect(read.turns).toEqual(transcript.turns);
      expect(read.awaits).toBe(transcript.awaits);
    }
  });
  fc.assert(property, runs);
});

test('JSON that breaks the turn law is refused with a code', () => {
  const turn = fc.oneof(
    fc.anything(),
    fc.record({
      role: fc.constantFrom('user', 'assistant', 'tool', 'system'),
      kind: fc.constantFrom('text', 'calls', undefined),
      inputs: fc.anything(),
      text: fc.anything(),
      calls: fc.anything(),
      results: fc.anything(),
    }),
  );
  const json = fc.record({
    v: fc.constantFrom(1, 1, 1, 2),
    turns: fc.array(turn, { minLength: 1 }),
  });
  const property = fc.property(json, (saved) => {
    try {
      const { turns, awaits } = Transcript.fromJSON(saved as never);
      expect(readLaw(turns)).toBe(awaits);
    } catch (thrown) {
      expect(['turn_order', 'invalid_state']).toContain((thrown as TurnwiseError).code);
    }
  });
  fc.assert(property, runs);
});

test('a turn in a transcript cannot be changed', () => {
  const part = { type: 'text' as const, text: 'Hello' };
  const turn: Turn = { role: 'user', inputs: [{ parts: [part] }] };
  const transcript = Transcript.of([Object.freeze(turn)]);
  expect(() => {
    part.text = 'Bye';
  }).toThrow(TypeError);
  expect(() => (transcript.turns as Turn[]).pop()).toThrow(TypeError);
  expect(JSON.stringify(transcript)).toContain('Hello');
});
