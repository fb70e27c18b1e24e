import { expect, test } from '@jest/globals';
import { parseSolveCommand } from '../../src/solve/parse-solve-command.ts';

const server = ['--base-url', 'http://127.0.0.1:8101/v1', '--model', 'small'];

test('a server and a model are enough: Turnwise solves the own tasks against the peers', () => {
  expect(parseSolveCommand(server)).toEqual({
    kind: 'solve',
    baseURL: 'http://127.0.0.1:8101/v1',
    model: 'small',
    apiKey: 'unused',
    tasks: undefined,
    solvers: ['turnwise', 'ai-sdk', 'openai-agents', 'langchain'],
    only: undefined,
    maxTokens: 512,
    taskSeconds: 900,
    asJson: false,
  });
});

test('lists are separated by commas', () => {
  const more = ['--with', 'turnwise:guided, langchain', '--only', 'hook,price', '--json'];
  expect(parseSolveCommand([...server, ...more])).toMatchObject({
    solvers: ['turnwise:guided', 'langchain'],
    only: ['hook', 'price'],
    asJson: true,
  });
});

test('cases of a leaderboard are drawn in place of tasks', () => {
  const cases = ['--bfcl', 'cases.jsonl', '--cases', '20', '--seed', '5'];
  expect(parseSolveCommand([...server, ...cases])).toMatchObject({
    cases: { file: 'cases.jsonl', count: 20, seed: 5 },
  });
});

test.each([
  [['--model', 'small'], /--base-url/],
  [['--base-url', 'localhost', '--model', 'small'], /--base-url/],
  [['--base-url', 'http://127.0.0.1:1/v1'], /--model/],
  [[...server, '--with', 'turnwise,mastra'], /Unknown solver "mastra".*ai-sdk/],
  [[...server, '--with', ','], /Unknown solver/],
  [[...server, '--max-tokens', '0'], /--max-tokens/],
  [[...server, '--task', 'x'], /--task/],
])('%j is refused with what to do', (given, message) => {
  expect(() => parseSolveCommand(given)).toThrow(
    expect.objectContaining({
      code: 'invalid_arguments',
      message: expect.stringMatching(message),
    }),
  );
});
