import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { propertyRuns } from '../../../../../scripts/property-runs.ts';
import { findCallPlaces } from '../../../src/dialect/salvage/salvage-calls.ts';
import type { FindCalls } from '../../../src/dialect/thoughts/quoted-tags.ts';
import {
  joinThoughts,
  type SplitText,
  splitThoughts,
} from '../../../src/dialect/thoughts/split-thoughts.ts';
import { thoughtTagsOf } from '../../../src/dialect/thoughts/tag-index.ts';
import { ThoughtStream } from '../../../src/dialect/thoughts/thought-stream.ts';
import { profiles } from '../../../src/profile/profiles.ts';
import { weatherNames } from '../salvage/weather-tools.ts';

const tags = thoughtTagsOf(profiles.openai);
const findCalls: FindCalls = (text, options) => findCallPlaces(text, weatherNames, options);

function split(text: string): SplitText {
  return splitThoughts(text, tags, { isWhole: true, findCalls });
}

/** Streams pieces and returns what was emitted and is not void. */
function stream(pieces: readonly string[], { holdsText = false } = {}) {
  const thoughtStream = new ThoughtStream({ tags, holdsText, findCalls });
  let text = '';
  let reasoning = '';
  let voids = 0;
  for (const delta of pieces.flatMap((piece) => thoughtStream.push(piece))) {
    if (delta.type === 'text') text += delta.text;
    else if (delta.type === 'reasoning') reasoning += delta.text;
    else {
      voids += 1;
      text = '';
      reasoning = '';
    }
  }
  expect({ text, reasoning }).toEqual({
    text: thoughtStream.text,
    reasoning: thoughtStream.reasoning,
  });
  return { text, reasoning, voids };
}

describe('a thought', () => {
  test.each<[reply: string, thoughts: string[], text: string]>([
    ['<think>\nTwo and two.\n</think>\n\nFour.', ['Two and two.'], 'Four.'],
    ['  \n<thinking>Two.</thinking>Four.', ['Two.'], 'Four.'],
    ['<thought>Two.</thought> Four.', ['Two.'], 'Four.'],
    ['<Think>Two.</Think> Four.', ['Two.'], 'Four.'],
    ['<THINKING>Two.</THINKING> Four.', ['Two.'], 'Four.'],
    ['<think>Two.</think>\n<answer>\nFour.\n</answer>', ['Two.'], 'Four.\n'],
    ['<reasoning>Two.</reasoning><answer>Four.</answer>', ['Two.'], 'Four.'],
    ['<start_working_out>2<end_working_out><SOLUTION>4</SOLUTION>', ['2'], '4'],
    ['<unused94>thought\nTwo.<unused95>Four.', ['Two.'], 'Four.'],
    ['<longcat_think>Two.</longcat_think>Four.', ['Two.'], 'Four.'],
    ['<scratch_pad>Two.</scratch_pad>Four.', ['Two.'], 'Four.'],
    ['<reasoning>\nTwo.\n</reasoning>\nFour.', ['Two.'], 'Four.'],
    ['<seed:think>Two.</seed:think>Four.', ['Two.'], 'Four.'],
    ['[THINK]Two.[/THINK]Four.', ['Two.'], 'Four.'],
    ['◁think▷Two.◁/think▷Four.', ['Two.'], 'Four.'],
    ['<|channel>thought\nTwo.<channel|>Four.', ['Two.'], 'Four.'],
    ['<think>One <think>two</think> three.</think>Four.', ['One <think>two', 'three.'], 'Four.'],
    ['<think>One\n<think>\ntwo\n</think>\n</think>\nFour.', ['One\n<think>\ntwo'], 'Four.'],
    ['<think>One <think> two.</think>Four.', ['One <think> two.'], 'Four.'],
    [
      '<|channel|>analysis<|message|>Two.<|end|><|start|>assistant<|channel|>final<|message|>Four.<|return|>',
      ['Two.'],
      'Four.',
    ],
    ['analysisThe user adds.assistantfinalFour.', ['The user adds.'], 'Four.'],
    [
      '<|START_THINKING|>Two.<|END_THINKING|><|START_RESPONSE|>Four.<|END_RESPONSE|>',
      ['Two.'],
      'Four.',
    ],
    ['Here is my thought process:\nTwo.\n\nHere is my response:\nFour.', ['Two.'], 'Four.'],
    ['<think>Two.</think>\n<response>\nFour.\n</response>\n', ['Two.'], 'Four.\n'],
    ['<think>One.</think>\n<think>Two.</think>\nFour.', ['One.', 'Two.'], 'Four.'],
    ['<think></think>\n\nFour.', [], 'Four.'],
    ['<think>\n\n</think>Four.', [], 'Four.'],
    ['Let me add.\n<think>Two.</think>\nFour.', ['Two.'], 'Let me add.\nFour.'],
    ['<think>Two. What else', ['Two. What else'], ''],
    ['Four.\n<think>\nOr five?', ['Or five?'], 'Four.\n'],
    ['<think>Use `x` and ```\n</think>\nFour.', ['Use `x` and ```'], 'Four.'],
  ])('%j is separated', (reply, thoughts, text) => {
    expect(split(reply)).toMatchObject({ thoughts, text });
  });

  test.each<[reply: string, thoughts: string[], text: string]>([
    ['Two and two.\n</think>\n\nFour.', ['Two and two.'], 'Four.'],
    ['Two. </think> Four.', ['Two.'], 'Four.'],
    ['Two.[/THINK]Four.', ['Two.'], 'Four.'],
    ['</think>\n\nFour.', [], 'Four.'],
    ['{"sum": 3} is a guess.\n</think>\nFour.', ['{"sum": 3} is a guess.'], 'Four.'],
    ['[get_time()]\nor not.\n</think>\nFour.', ['[get_time()]\nor not.'], 'Four.'],
    ['[get_weather(city="Par\n</think>\nFour.', ['[get_weather(city="Par'], 'Four.'],
    ['```\ncode\n</think>\nFour.', ['```\ncode'], 'Four.'],
    ['<think>Two.</think>\n</think>\nFour.', ['Two.'], 'Four.'],
    ['<think>Two.</think>\n[get_time()]\n</think>\nFour.', ['Two.', '[get_time()]'], 'Four.'],
  ])('%j is separated although its opening tag is missing', (reply, thoughts, text) => {
    expect(split(reply)).toMatchObject({ thoughts, text });
  });

  test.each([
    'Models write `<think>` and `</think>` around a thought.',
    'Close it with "</think>" or \'</think>\'.',
    'For example:\n```xml\n<think>\nplan\n</think>\n```\nThat is all.',
    'For example:\n~~~\nplan\n</think>\n~~~\n',
    'The <think> tag opens a thought and </think> closes it.',
    '{"answer": "write </think> at the end", "more": "\\"</think>"}',
    '{\n  "text": "\\n<think>"\n}',
    '[get_weather(city="</think>", tags=["<think>"])]',
    'I look it up.\n[get_weather(city="""\n<think>\n</think>\n""")]',
    'analysis of the data shows a rise.',
    'Here is my thought process: first, I add.',
    'a < b and c > d, [THINKING], <thin>, </thinks>',
    '',
  ])('%j contains none', (reply) => {
    expect(split(reply)).toMatchObject({ thoughts: [], text: reply, open: undefined });
  });

  test('a tag that is quoted after a real thought does not count', () => {
    const text =
      'It ends with `</think>`.\n```\n</think>\n```\nSee "</think>", or </think> in a line.';
    expect(split(`<think>Two.</think>\n${text}`)).toMatchObject({ thoughts: ['Two.'], text });
  });
});

describe('a stream', () => {
  test('emits a thought as reasoning and the rest as text, and no tag', () => {
    const pieces = ['<th', 'ink>Two', ' and ', 'two.\n</thi', 'nk>\n', '\nFo', 'ur.'];
    expect(stream(pieces)).toEqual({ text: 'Four.', reasoning: 'Two and two.', voids: 0 });
  });

  test('emits text without tags at once', () => {
    const thoughtStream = new ThoughtStream({ tags, holdsText: false, findCalls });
    for (const text of ['Two', ' and ', 'two.\n\n', '1', ' > 0']) {
      expect(thoughtStream.push(text)).toEqual([{ type: 'text', text }]);
    }
  });

  test('makes text void that turns out to be a thought', () => {
    const pieces = ['Two and', ' two.\n', '</think>', '\n\nFour.'];
    expect(stream(pieces)).toEqual({ text: 'Four.', reasoning: 'Two and two.', voids: 1 });
  });

  test('holds text of a model that may begin inside a thought, so that none becomes void', () => {
    const pieces = ['Two and', ' two.\n', '</think>', '\n\nFour.'];
    expect(stream(pieces, { holdsText: true })).toEqual({
      text: 'Four.',
      reasoning: 'Two and two.',
      voids: 0,
    });
    expect(stream(['Four', '.'], { holdsText: true }).text).toBe('');
  });
});

const pairs = [...tags.pairs, ...tags.prosePairs];
const wrappers = ['<response>', '</response>', '<|return|>', '<|START_RESPONSE|>'];
const plainPieces = fc.oneof(
  fc.constantFrom(...pairs.flatMap(({ open, close }) => [open, close])),
  fc.constantFrom('<think>', '</think>', '\n</think>\n', '\n<think>\n', '<thi', 'nk>'),
  fc.constantFrom('\n', ' ', '  \n\n', '<', '</', 'Two', 'and two.', '分', ...wrappers),
);
const quotes = ['`', '```', '```\n', '"', "'", '[', '{', '}', ']', '\\'];
const calls = ['[get_time()]', '[get_weather(city="', '")]', '{"a": "', '"}'];
const anyPieces = fc.oneof(plainPieces, plainPieces, fc.constantFrom(...quotes, ...calls));
const joined = (all: fc.Arbitrary<string>) =>
  fc.array(all, { maxLength: 14 }).map((each) => each.join(''));
const sizes = fc.array(fc.integer({ min: 1, max: 12 }), { minLength: 1, maxLength: 5 });

function cut(text: string, lengths: readonly number[]): string[] {
  const pieces: string[] = [];
  for (let at = 0, index = 0; at < text.length; index += 1) {
    const length = lengths[index % lengths.length] ?? 1;
    pieces.push(text.slice(at, at + length));
    at += length;
  }
  return pieces;
}

describe('any reply', () => {
  test('keeps every character in the text or a thought, except tags and white space at their borders', () => {
    const property = fc.property(joined(anyPieces), (reply) => {
      const { text, thoughts } = split(reply);
      const kept = bare([...thoughts, text].join(''));
      expect(bare(reply).length - kept.length).toBeLessThanOrEqual(tagCharacters(reply));
      for (const each of [...thoughts, ...text.split('\n')]) expect(reply).toContain(each.trim());
      for (const each of thoughts) expect(each.trim()).toBe(each);
    });
    fc.assert(property, { numRuns: propertyRuns });
  });

  test('without quotes gives the same streamed in any pieces, up to what is still pending', () => {
    const replies = joined(plainPieces);
    const property = fc.property(replies, sizes, fc.boolean(), (reply, lengths, holdsText) => {
      const whole = split(reply);
      const streamed = stream(cut(reply, lengths), { holdsText });
      expect(whole.text.startsWith(streamed.text)).toBe(true);
      expect(joinThoughts(whole.thoughts).startsWith(streamed.reasoning)).toBe(true);
    });
    // A tag whose first character may be in a name is not a part of the name before it.
    const tagsAfterNames = [
      '</◁/think▷',
      '<f◁/think▷Four.',
      '<get_weather◁/think▷',
      'call:f◁think▷',
    ];
    // The name of a tool cannot follow this tag, so that it does not begin a call.
    const tagOfMessage = 'Two\n<|channel|>analysis<|message|>';
    const examples = [...tagsAfterNames, tagOfMessage].flatMap(
      (reply): [string, number[], boolean][] => [
        [reply, [1], false],
        [reply, [12], true],
      ],
    );
    fc.assert(property, { numRuns: propertyRuns, examples });
  });

  test('is streamed in linear work: the text before a tag is not read again for each tag', () => {
    let read = 0;
    const countingFind: FindCalls = (text, options) => {
      read += text.length;
      return findCalls(text, options);
    };
    const thoughtStream = new ThoughtStream({ tags, holdsText: false, findCalls: countingFind });
    const reply = `${'So it is. '.repeat(60_000)}${' `</think>` b'.repeat(50)}`;
    for (const piece of cut(reply, [4_000, 7])) thoughtStream.push(piece);
    expect(read).toBeGreaterThan(0);
    expect(read).toBeLessThan(3 * reply.length);
  });
});

function bare(text: string): string {
  return text.replace(/\s/g, '');
}

function tagCharacters(reply: string): number {
  const known = [...pairs.flatMap(({ open, close }) => [open, close]), ...wrappers].map(bare);
  const all = bare(reply);
  return known.reduce((sum, tag) => sum + (all.split(tag).length - 1) * tag.length, 0);
}
