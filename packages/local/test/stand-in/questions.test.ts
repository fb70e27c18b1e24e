import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { isThorough } from '../../../../scripts/desk-cases.ts';
import { type JsonObject, type LocalEndpoint, startLocalEndpoint } from '../../src/index.ts';
import { pick, postChat } from '../post-chat.ts';
import { weatherTool } from '../weather-tool.ts';
import { converse, type Way } from './converse.ts';
import { calculator, clock, days, fileTools, lineCounters, weather } from './test-tools.ts';

const tools = [calculator, ...fileTools(42), weather, clock, days];
const ways: Way[] = ['native', 'prompted', 'guided'];

let endpoint: LocalEndpoint;
beforeAll(async () => {
  endpoint = await startLocalEndpoint({ models: ['gemma'] });
});
afterAll(() => endpoint.close());

/** Phrasings of one question; FILE and P are replaced by a file and a percentage. */
const phrasings = [
  'How many lines does FILE have, and what is P% of that?',
  'Count the lines of FILE, then take P percent of the number.',
  "What's P% of the line count of FILE?",
  'FILE: number of lines? And P % of it?',
  'I need P percent of the number of lines in FILE.',
  'Tell me how long FILE is in lines and what P% of this is.',
  'Take the line count of FILE and compute P% of it.',
  'How many lines are in FILE? Then calculate P% of that number.',
  'Please count lines in `FILE` and give me P% of the result.',
  'What is P per cent of the lines of FILE?',
  'Of the lines in FILE, how much is P percent?',
  'Compute P% of how many lines FILE has.',
  'If I keep P% of the lines of FILE, how many lines is that?',
  'Determine the line count of "FILE", and P% of this value.',
];

const fileName = fc
  .tuple(
    fc.stringMatching(/^[a-z][a-z0-9]{0,7}([_-][a-z0-9]{1,4})?$/),
    fc.constantFrom('txt', 'json', 'ts', 'md', 'csv', 'tar.gz', 'yaml'),
    fc.constantFrom('', 'src/', 'docs/guide/', './'),
  )
  .map(([name, extension, folder]) => `${folder}${name}.${extension}`);
const percentage = fc.oneof(
  fc.integer({ min: 1, max: 250 }),
  fc.integer({ min: 1, max: 999 }).map((tenths) => tenths / 10),
);

describe.each(ways)('lines and a share of them, %s', (way) => {
  test.each(phrasings)('%s', async (phrasing) => {
    await fc.assert(
      fc.asyncProperty(
        fileName,
        percentage,
        fc.integer({ min: 0, max: 99_999 }),
        async (file, percent, lines) => {
          const question = phrasing.replace('FILE', file).replace(/\bP\b/, String(percent));
          const allTools = [calculator, ...fileTools(lines), weather, clock];
          const { calls, answer } = await converse(endpoint.url, question, allTools, way);
          const share = String(Number(((lines * percent) / 100).toPrecision(12)));
          expect(calls).toEqual([
            `count_lines {"path":"${file}"}`,
            `calculator {"expression":"${lines} * ${percent} / 100"}`,
          ]);
          expect(answer).toBe(
            `${file} has ${lines} lines, and ${percent}% of ${lines} is ${share}.`,
          );
        },
      ),
      { numRuns: !isThorough ? 1 : way === 'native' ? 6 : 3 },
    );
  });
});

test.each(lineCounters(731).map((counter) => [counter.name, counter] as const))(
  'uses the number in the results of %s',
  async (_name, counter) => {
    const question = 'How many lines does log.v2.txt have, and what is 10% of that?';
    const { answer } = await converse(endpoint.url, question, [calculator, counter, weather]);
    expect(answer).toBe('log.v2.txt has 731 lines, and 10% of 731 is 73.1.');
  },
);

test('without a calculator it computes simple arithmetic itself', async () => {
  const question = 'How many lines does a.txt have, and what is 50% of that?';
  const { calls, answer } = await converse(endpoint.url, question, fileTools(42));
  expect(calls).toHaveLength(1);
  expect(answer).toBe('a.txt has 42 lines, and 50% of 42 is 21.');
});

const questions: [question: string, calls: string[], answer: RegExp][] = [
  ['What is 12 * 7 + 1?', ['calculator {"expression":"12 * 7 + 1"}'], /\b85\b/],
  ['What is 17% of 340?', ['calculator {"expression":"340 * 17 / 100"}'], /\b57\.8\b/],
  ['What is 1,234 plus 66?', ['calculator {"expression":"1234 + 66"}'], /\b1300\b/],
  ['square root of 144?', ['calculator {"expression":"sqrt(144)"}'], /\b12\b/],
  ['How much is (2+3)*4?', ['calculator {"expression":"(2+3)*4"}'], /\b20\b/],
  ['What is the weather in Paris?', ['get_weather {"city":"Paris"}'], /Paris.*21/],
  [
    'weather in rome and oslo?',
    ['get_weather {"city":"rome"}', 'get_weather {"city":"oslo"}'],
    /rome.*oslo/,
  ],
  [
    'Is it warm in New York, Berlin and São Paulo today?',
    [
      'get_weather {"city":"New York"}',
      'get_weather {"city":"Berlin"}',
      'get_weather {"city":"São Paulo"}',
    ],
    /New York.*Berlin.*São Paulo/,
  ],
  [
    'What is the temperature in Oslo in fahrenheit?',
    ['get_weather {"city":"Oslo","unit":"fahrenheit"}'],
    /Oslo/,
  ],
  ['What time is it?', ['current_time {}'], /16:20/],
  ['Read notes.txt', ['read_file {"path":"notes.txt"}'], /the first line/],
  ['What does "config/app.yaml" say?', ['read_file {"path":"config/app.yaml"}'], /second line/],
  [
    'Show me lines 3 to 10 of src/app.ts.',
    ['read_file {"path":"src/app.ts","start":3,"end":10}'],
    /the first line/,
  ],
  ['Which files mention "turn law"?', ['search_text {"text":"turn law"}'], /main\.ts:12/],
  ['Search for TODO in src/a.ts', ['search_text {"text":"TODO","path":"src/a.ts"}'], /a match/],
  ['Find all occurrences of hello world.', ['search_text {"text":"hello world"}'], /a match/],
  ['Which files are in the docs folder?', ['list_files {"path":"docs"}'], /a\.txt, b\.txt/],
  ['List the files.', ['list_files {}'], /a\.txt, b\.txt/],
  ['List the files in packages.', ['list_files {"path":"packages"}'], /a\.txt/],
  ['Find all markdown files in docs.', ['list_files {"path":"docs","glob":"*.md"}'], /a\.txt/],
  ['How many files are in docs?', ['list_files {"path":"docs"}'], /docs has 2 files/],
  ['Which files mention turnwise?', ['search_text {"text":"turnwise"}'], /main\.ts/],
  ['Where is parseTurn defined?', ['search_text {"text":"parseTurn"}'], /main\.ts/],
  ['What is in package.json?', ['read_file {"path":"package.json"}'], /the first line/],
  [
    'How many days are between 2026-01-01 and 2026-03-15?',
    ['days_between {"first":"2026-01-01","second":"2026-03-15"}'],
    /^73 days\.$/,
  ],
  [
    'Find the file that mentions TODO and read it.',
    ['search_text {"text":"TODO"}', 'read_file {"path":"src/main.ts"}'],
    /the first line/,
  ],
  [
    'What is the weather in Paris and what is 17*3?',
    ['get_weather {"city":"Paris"}', 'calculator {"expression":"17*3"}'],
    /Paris.*51/,
  ],
  [
    'How many lines do a.txt and b.txt have together?',
    [
      'count_lines {"path":"a.txt"}',
      'count_lines {"path":"b.txt"}',
      'calculator {"expression":"42 + 42"}',
    ],
    /\b84\b/,
  ],
  [
    'Count the lines in a.txt and multiply it by 3.',
    ['count_lines {"path":"a.txt"}', 'calculator {"expression":"42 * 3"}'],
    /\b126\b/,
  ],
];

const misfits: [question: string, answer: RegExp][] = [
  ['Hello!', /^Hello! I am a rule-based stand-in/],
  ['Thanks!', /^You are welcome/],
  ['Who wrote Hamlet?', /not a language model, and cannot answer this/],
  ['What is the capital of France?', /cannot answer this/],
  ['Write me a poem about the sea.', /cannot answer this/],
  ['What is the weather like?', /I need the city/],
];

describe.each(ways)('questions, %s', (way) => {
  test.each(questions)('%s', async (question, calls, answer) => {
    const outcome = await converse(endpoint.url, question, tools, way);
    expect(outcome.calls).toEqual(calls);
    expect(outcome.answer).toMatch(answer);
  });

  test.each(misfits)('no tool is called and no fact is invented: %s', async (question, answer) => {
    const outcome = await converse(endpoint.url, question, tools, way);
    expect(outcome.calls).toEqual([]);
    expect(outcome.answer).toMatch(answer);
  });
});

test('instructions in the first message of the client are not part of the question', async () => {
  const { body } = await postChat(endpoint.url, {
    model: 'gemma',
    messages: [{ role: 'user', content: 'Be brief. Use celsius.\n\nHello!' }],
    tools: [weatherTool],
  });
  expect(pick(body, 'choices', 0, 'message', 'content')).toMatch(/^Hello!/);
});

test('a follow-up question uses the tool of the question before it', async () => {
  const { body } = await postChat(endpoint.url, {
    model: 'gemma',
    messages: [
      { role: 'user', content: 'What is the weather in Paris?' },
      { role: 'assistant', content: null, tool_calls: [callOf('get_weather', '{"city":"Paris"}')] },
      { role: 'tool', tool_call_id: 'c', content: '21' },
      { role: 'assistant', content: 'Paris: 21.' },
      { role: 'user', content: 'And in Rome?' },
    ],
    tools: [weatherTool],
  });
  expect(pick(body, 'choices', 0, 'message', 'tool_calls', 0, 'function', 'arguments')).toBe(
    '{"city": "Rome"}',
  );
});

function callOf(name: string, given: string): JsonObject {
  return { id: 'c', type: 'function', function: { name, arguments: given } };
}

test('the failure of a tool is reported', async () => {
  const broken = { ...weather, run: () => 'Error: the station is offline' };
  const { answer } = await converse(endpoint.url, 'What is the weather in Paris?', [broken]);
  expect(answer).toMatch(/failed: Error: the station is offline/);
});
