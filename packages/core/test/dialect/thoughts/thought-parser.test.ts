import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { propertyRuns } from '../../../../../scripts/property-runs.ts';
import { createDialect } from '../../../src/dialect/create-dialect.ts';
import type { ParserEvent } from '../../../src/dialect/dialect.ts';
import type { RawDelta, RawReply } from '../../../src/dialect/wire.ts';
import { promptOf, spec, user } from '../../support/encode-turns.ts';
import { testedProfiles } from '../../support/profiles.ts';

const tools = [spec('get_time'), spec('get_weather', { city: { type: 'string' } })] as const;

/** The text and reasoning of events that are not void, and how many calls they began. */
function shownBy(events: readonly ParserEvent[]) {
  let shown = { text: '', reasoning: '', calls: new Set<number>() };
  for (const event of events) {
    if (event.type === 'stream-restarted') shown = { text: '', reasoning: '', calls: new Set() };
    else if (event.type === 'text-delta') shown.text += event.text;
    else if (event.type === 'reasoning-delta') shown.reasoning += event.text;
    else shown.calls.add(event.index);
  }
  return shown;
}

const fragments = fc.constantFrom(
  ...['<think>', '</think>', '\n</think>\n', '\n<think>\n', '<thi', '[THINK]', '[/THINK]'],
  ...['<|channel>thought', '<channel|>', '<response>', '</response>', 'analysis', 'assistantfinal'],
  ...['[get_time()]', '[get_weather(city="', '")]', '{"answer":"', '"}', '\n', ' ', '`', '```\n'],
  ...['<inner_monologue>', '</inner_monologue>', '</inner_monologue >', '<reason>', '</reason>'],
  ...['<tool_call>{"name":"get_time"}</tool_call>', 'Noon.', 'Is it noon?', '<', '"', '日'],
);
const texts = fc.array(fragments, { maxLength: 12 }).map((each) => each.join(''));
const replies = fc.record({
  text: texts,
  reasoning: fc.constantFrom('', '', 'The user asks.'),
  hasCall: fc.boolean(),
  finishReason: fc.constantFrom('stop' as const, 'length' as const, 'tool-calls' as const),
});
const cuts = fc.integer({ min: 1, max: 9 });

function deltasOf({ text, reasoning, calls }: RawReply, size: number): RawDelta[] {
  const pieces = text.match(new RegExp(`[^]{1,${size}}`, 'g')) ?? [];
  return [
    ...(reasoning === '' ? [] : [{ reasoning }]),
    ...pieces.map((piece) => ({ text: piece })),
    ...calls.map(({ name, arguments: input }, index) => ({
      calls: [{ index, name, arguments: input }],
    })),
  ];
}

describe.each(
  testedProfiles.map((profile) => [`${profile.id}, ${profile.dialect}`, profile] as const),
)('with profile %s', (_name, profile) => {
  const dialect = createDialect(profile);

  test('deltas that are not void, concatenated, equal the text and the reasoning of the reply', () => {
    const property = fc.property(replies, cuts, (generated, size) => {
      const { hasCall, ...fields } = generated;
      const calls = hasCall ? [{ name: 'get_time', arguments: '{}' }] : [];
      const raw: RawReply = { ...fields, calls };
      const parser = dialect.createParser(promptOf([user('Go.')], { tools: [...tools] }));
      const events = deltasOf(raw, size).flatMap((delta) => parser.push(delta));
      const { parsed, deltas, reply } = parser.finish(raw);
      const shown = shownBy([...events, ...deltas]);
      expect(shown.reasoning).toBe(reply.reasoning);
      if (parsed.kind === 'text') expect(shown.text).toBe(parsed.text);
      if (hasCall && profile.dialect !== 'guided') expect(shown.calls.size).toBe(1);
      const whole = dialect
        .createParser(promptOf([user('Go.')], { tools: [...tools] }))
        .finish(raw);
      expect(whole.parsed).toEqual(parsed);
      expect(shownBy(whole.deltas).reasoning).toBe(reply.reasoning);
    });
    fc.assert(property, { numRuns: propertyRuns });
  });

  test('no call is taken out of a thought', () => {
    const call = fc.constantFrom(
      '[get_weather(city="Paris")]',
      'get_time()',
      '<tool_call>{"name":"get_time","arguments":{}}</tool_call>',
      '{"calls":[{"name":"get_time","arguments":{}}]}',
      '```tool_code\nget_time()\n```',
    );
    const thought = fc.constantFrom(
      (inner: string) => `<think>${inner}</think>Noon.`,
      (inner: string) => `<think>\n${inner}`,
      (inner: string) => `Is it?\n${inner}\n</think>\n\nNoon.`,
      (inner: string) => `${inner}</think>Noon.`,
      (inner: string) => `<think>Is it?</think>\n${inner}\n</think>\nNoon.`,
      (inner: string) => `Noon. <thinking>${inner}</thinking>`,
      (inner: string) => `[THINK]${inner}[/THINK]Noon.`,
    );
    const property = fc.property(call, thought, cuts, (inner, wrap, size) => {
      const text = wrap(inner);
      const raw: RawReply = { text, reasoning: '', calls: [], finishReason: 'stop' };
      const parser = dialect.createParser(promptOf([user('Go.')], { tools: [...tools] }));
      for (const delta of deltasOf(raw, size)) parser.push(delta);
      expect(parser.finish(raw).parsed.kind).not.toBe('calls');
    });
    fc.assert(property, { numRuns: propertyRuns });
  });
});
