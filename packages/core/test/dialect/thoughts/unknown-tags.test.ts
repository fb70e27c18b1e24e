import { describe, expect, test } from '@jest/globals';
import { chunk, done, streamsThen } from '../../support/model-server.ts';
import { runOnRawServer } from '../../support/raw-server-run.ts';

const modes = [{ streamed: false }, { streamed: true }];
const call = '[read_file(path="secret.txt")]';
const answer = { message: { content: 'Done.' } };

describe.each(modes)('a thought in tags that no profile lists (streamed: $streamed)', (mode) => {
  test.each([
    '</analysis>',
    '</reason>',
    '</internal>',
    '</inner_monologue>',
    '<|/think|>',
    '</mm:think>',
    '</think >',
    '<|end_of_reasoning|>',
    '[/REASONING]',
    '</CoT>',
    '</antThinking>',
    '</chain_of_thought>',
    '<｜/think｜>',
    '<｜end▁of▁thinking｜>',
  ])('…%s without its opening tag: a call in it does not run', async (close) => {
    for (const profile of ['qwen-3', 'gemma-3'] as const) {
      const content = `Maybe ${call}\nor not.\n${close}\n\nIt holds text.`;
      const end = await runOnRawServer([{ message: { content } }, answer], {
        ...mode,
        model: { profile },
      });
      expect(end).toMatchObject({ executed: [], output: 'It holds text.' });
      expect(end.turns[0]).toMatchObject({ reasoning: expect.stringContaining('or not.') });
    }
  });

  test.each([
    ['<reason>', '</reason>'],
    ['<analysis>', '</analysis>'],
    ['<think >', '</think >'],
    ['<think>', '</think >'],
    ['<|think|>', '<|/think|>'],
    ['<｜think｜>', '<｜/think｜>'],
    ['<｜begin▁of▁thinking｜>', '<｜end▁of▁thinking｜>'],
    ['<inner_monologue>', '</inner_monologue>'],
  ])('%s…%s: a call in it does not run', async (open, close) => {
    const content = `${open}Maybe\n${call}${close}\n\nIt holds text.`;
    const end = await runOnRawServer([{ message: { content } }, answer], mode);
    expect(end).toMatchObject({ executed: [], output: 'It holds text.' });
  });

  test('a call after it runs', async () => {
    const content = `Hm.\n</analysis>\n<tool_call>{"name": "read_file", "arguments": {"path": "a.txt"}}</tool_call>`;
    const { executed } = await runOnRawServer([{ message: { content } }, answer], mode);
    expect(executed).toEqual(['read_file a.txt']);
  });

  test.each([
    '<report>\n<analysis>Good.</analysis>\n<plan>Next.</plan>\n</report>',
    '<analysis>Good.</analysis>\n<verdict>yes</verdict>',
    'The server sent:\n<error>\n  <reason>none</reason>\n</error>\nSorry.',
    'Close it with `</analysis>`.\nThen go on.',
    '```xml\n<plan>\nx\n</plan>\n```\nThat is it.',
    'Steps:\n<plan id="1">\nOne.\n</plan>\nDone.',
    '<reason>There is no file.</reason>',
  ])('%j is an answer', async (content) => {
    const end = await runOnRawServer([{ message: { content } }], {
      ...mode,
      model: { profile: 'gemma-3' },
    });
    expect(end).toMatchObject({ output: content, fixes: [] });
  });
});

describe('the text after a thought in tags that no profile lists', () => {
  test.each([
    ['<inner_monologue>Hm.</inner_monologue>\n', 'It holds ', 'text.'],
    ['<reason>Hm.\nYes.</reason>', ' It holds', ' text.'],
    ['<think >Hm.</think >\n\n', 'It holds text', '.'],
    ['<|reasoning|>Hm.<|/reasoning|>', 'It', ' holds text.'],
  ])('%j is streamed before the reply ends', async (thought, first, second) => {
    let onFirst = () => {};
    const isFirstRead = new Promise<void>((resolve) => {
      onFirst = resolve;
    });
    const slow = streamsThen(
      [chunk({ content: thought }), chunk({ content: first })],
      (response) =>
        void isFirstRead.then(() =>
          response.end(chunk({ content: second }) + chunk({}, 'stop') + done),
        ),
    );
    const end = await runOnRawServer([slow], {
      streamed: true,
      // Text is streamed at once if nothing can be called.
      agent: { tools: [] },
      model: { timeouts: { totalMs: 10_000 } },
      onText: () => onFirst(),
    });
    expect(end).toMatchObject({ output: 'It holds text.', streamedText: 'It holds text.' });
    expect(end.turns[0]).toMatchObject({ reasoning: expect.stringMatching(/^Hm\./) });
  });
});
