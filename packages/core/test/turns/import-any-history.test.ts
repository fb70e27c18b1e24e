import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { propertyRuns } from '../../../../scripts/property-runs.ts';
import { TurnwiseError } from '../../src/errors.ts';
import { memoryBlobStore } from '../../src/turns/blob-store.ts';
import { Transcript } from '../../src/turns/transcript.ts';
import { plainJson } from '../support/play-scenario.ts';
import { tinyPng } from '../support/tiny-image.ts';

const base64 = Buffer.from(tinyPng).toString('base64');
const url = `data:image/png;base64,${base64}`;

/** Texts that can be found again in a conversation and in its changes. */
const text = fc.integer({ min: 1_000, max: 9_999 }).map((number) => `t${number}`);
const id = fc.constantFrom('a', 'b', 'c');
const looseId = fc.option(fc.constantFrom('a', 'b', ''), { nil: undefined });
const name = fc.constantFrom('look', 'call', 'result');
const input = text.map((city) => ({ city }));
const oneOf = <Value>(...values: readonly fc.Arbitrary<Value>[]) => fc.oneof(...values);
const parts = (part: fc.Arbitrary<unknown>) => fc.array(part, { maxLength: 4 });

const textPart = text.map((each) => ({ type: 'text', text: each }));
const reasoningPart = text.map((each) => ({ type: 'reasoning', text: each }));

const openai = oneOf<unknown>(
  text.map((content) => ({ role: 'user', content })),
  parts(oneOf<unknown>(textPart, fc.constant({ type: 'image_url', image_url: { url } }))).map(
    (content) => ({ role: 'user', content }),
  ),
  fc.record({
    role: fc.constant('assistant'),
    content: fc.option(oneOf<unknown>(text, parts(oneOf(textPart, reasoningPart)))),
    reasoning_content: fc.option(text),
    tool_calls: fc.array(
      fc.record({
        id: looseId,
        function: fc.record({ name, arguments: input.map((each) => JSON.stringify(each)) }),
      }),
      { maxLength: 2 },
    ),
  }),
  fc.record({ role: fc.constant('assistant'), content: fc.constant(null), refusal: text }),
  fc.record({ role: fc.constant('tool'), tool_call_id: looseId, content: text }),
  fc.record({ role: fc.constant('system'), content: text }),
  fc.record({
    type: fc.constant('function_call'),
    call_id: id,
    name,
    arguments: input.map((each) => JSON.stringify(each)),
  }),
  fc.record({ type: fc.constant('function_call_output'), call_id: id, output: text }),
);

const toolState = fc.constantFrom(
  'input-available',
  'output-available',
  'output-error',
  'output-denied',
);
const aiSdk = oneOf<unknown>(
  parts(
    oneOf<unknown>(
      textPart,
      reasoningPart,
      fc.record({ type: fc.constant('tool-call'), toolCallId: id, toolName: name, input }),
    ),
  ).map((content) => ({ role: 'assistant', content })),
  parts(
    fc.record({
      type: fc.constant('tool-result'),
      toolCallId: id,
      toolName: name,
      output: fc.record({ type: fc.constantFrom('text', 'error-text'), value: text }),
    }),
  ).map((content) => ({ role: 'tool', content })),
  parts(
    oneOf<unknown>(
      textPart,
      reasoningPart,
      fc.constant({ type: 'step-start' }),
      fc.record({
        type: name.map((each) => `tool-${each}`),
        toolCallId: id,
        state: toolState,
        input,
        output: text,
        errorText: text,
      }),
    ),
  ).map((list) => ({ id: 'm', role: 'assistant', parts: list })),
);

const anthropic = oneOf<unknown>(
  parts(
    oneOf<unknown>(
      textPart,
      text.map((thinking) => ({ type: 'thinking', thinking })),
      fc.record({ type: fc.constant('tool_use'), id, name, input }),
    ),
  ).map((content) => ({ role: 'assistant', content })),
  parts(
    oneOf<unknown>(
      textPart,
      fc.record({
        type: fc.constant('tool_result'),
        tool_use_id: id,
        content: oneOf<unknown>(text, parts(textPart)),
      }),
      fc.constant({
        type: 'image',
        source: { type: 'base64', media_type: 'image/png', data: base64 },
      }),
    ),
  ).map((content) => ({ role: 'user', content })),
);

const ollama = oneOf<unknown>(
  fc.record({
    role: fc.constant('assistant'),
    content: oneOf(text, fc.constant('')),
    thinking: text,
    tool_calls: fc.array(fc.record({ function: fc.record({ name, arguments: input }) }), {
      maxLength: 2,
    }),
  }),
  fc.record({ role: fc.constant('tool'), tool_name: name, content: text }),
  fc.record({ role: fc.constant('user'), content: text, images: fc.constant([base64]) }),
);

const gemini = oneOf<unknown>(
  parts(
    oneOf<unknown>(
      text.map((each) => ({ text: each })),
      fc.record({ functionCall: fc.record({ name, args: input }) }),
    ),
  ).map((list) => ({ role: 'model', parts: list })),
  parts(
    oneOf<unknown>(
      text.map((each) => ({ text: each })),
      fc.record({
        functionResponse: fc.record({ name, response: text.map((output) => ({ output })) }),
      }),
    ),
  ).map((list) => ({ role: 'user', parts: list })),
);

const message = oneOf<unknown>(openai, aiSdk, anthropic, ollama, gemini);
const history = fc.array(message, { maxLength: 8 });

/** A history in which one value anywhere is replaced by another one. */
const damagedHistory = fc
  .tuple(
    history,
    fc.nat(),
    oneOf<unknown>(fc.jsonValue(), fc.constantFrom(undefined, new Date(0), 7n)),
  )
  .map(([messages, place, value]) => replaceOne(messages, place, value));

function replaceOne(messages: readonly unknown[], place: number, value: unknown): unknown[] {
  const copy = plainJson(messages) as unknown as unknown[];
  const slots: (readonly [object, string])[] = [];
  const visit = (each: unknown): void => {
    if (typeof each !== 'object' || each === null) return;
    for (const [key, inner] of Object.entries(each)) {
      slots.push([each, key]);
      visit(inner);
    }
  };
  visit(copy);
  const [target, key] = slots[place % Math.max(1, slots.length)] ?? [];
  if (target !== undefined && key !== undefined) Reflect.set(target, key, value);
  return copy;
}

function importAll(messages: readonly unknown[]) {
  const imported = Transcript.repair(messages, { blobs: memoryBlobStore() });
  const { transcript, changes } = imported;
  expect(Transcript.fromJSON(plainJson(transcript)).turns).toEqual(transcript.turns);
  for (const { detail, index } of changes) {
    expect(detail).not.toBe('');
    expect(index).toBeLessThanOrEqual(messages.length);
  }
  return imported;
}

/** Texts that an import leaves out on purpose: the output of a tool that has not finished, or both kinds of output. */
function textsOf(messages: readonly unknown[]): readonly string[] {
  const json = JSON.stringify(messages, (key, value) =>
    key === 'output' || key === 'errorText' ? undefined : value,
  );
  return json.match(/t\d{4}/g) ?? [];
}

test('a history in any mix of formats becomes a valid transcript, and no text is lost', () => {
  const property = fc.property(history, (messages) => {
    const kept = JSON.stringify(importAll(messages));
    for (const each of textsOf(messages)) expect(kept).toContain(each);
  });
  fc.assert(property, { numRuns: propertyRuns });
});

test('a damaged history becomes a valid transcript, or the error names its message', () => {
  const property = fc.property(damagedHistory, (messages) => {
    try {
      importAll(messages);
    } catch (thrown) {
      if (!(thrown instanceof TurnwiseError)) throw thrown;
      expect(thrown.code).toBe('invalid_state');
      expect(thrown.message).toMatch(/^Message \d/);
    }
  });
  fc.assert(property, { numRuns: propertyRuns });
});
