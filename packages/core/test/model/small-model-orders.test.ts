import { expect, test } from '@jest/globals';
import { z } from 'zod';
import { Agent } from '../../src/agent/agent.ts';
import { openaiCompatible } from '../../src/model/openai-compatible.ts';
import { tool } from '../../src/tool/tool.ts';
import { listsModel, repliesText, startRoutedServer } from '../support/routed-server.ts';
import { answer, ask, call, closed, type SmallTool, text } from '../support/small-agent.ts';

const model = 'qwen2.5-coder-1.5b-instruct';

const find_shafts: SmallTool = {
  parameters: closed({ words: text('Words of the name') }),
  result: [{ id: 'S40', name: 'Old Anna', miner: 'M2' }],
};
const findAnna = call('find_shafts', { words: 'Old Anna' });
const ids = closed({ shaft_id: text('Such as S12') });

test.each([
  ['Sign M2 up for the Old Anna.', 'enrol_miner'],
  ['M2 comes to the Old Anna. Please sign him up.', 'registerMiner'],
  ['Purchase the Old Anna.', 'buy_shaft'],
  ['Remove the Old Anna.', 'delete_shaft'],
])(
  'a small model must do what the user ordered with a verb that means the same: %s',
  async (input, name) => {
    const { ran, allowed } = await ask(
      input,
      { find_shafts, [name]: { parameters: ids }, close_shaft: { parameters: ids } },
      findAnna,
      answer('The Old Anna is S40.'),
      call(name, { shaft_id: 'S40' }),
      answer('Done.'),
    );
    expect(ran.at(-1)).toBe(`${name} {"shaft_id":"S40"}`);
    expect(allowed[2]).toEqual({ tools: [name], answer: false });
  },
);

test.each([
  ['a statement', 'Purchase S40 is in the Old Anna.', 'buy_shaft'],
  ['a statement with the verb of an action', 'Close S40 was late in the Old Anna.', 'close_shaft'],
  ['a noun that comes from a verb', 'Closing B7 goes to the Old Anna.', 'close_shaft'],
  ['a thing after "of"', 'I need to call the miner of shaft S40, the Old Anna.', 'close_shaft'],
  ['an action that takes away', 'Note the shaft of the Old Anna.', 'close_shaft'],
  ['another verb that signs', 'Sign the paper of the Old Anna.', 'enrol_miner'],
])('a small model may end before an action if the user wrote %s', async (_what, input, name) => {
  const { result } = await ask(
    input,
    { find_shafts, [name]: { parameters: ids } },
    findAnna,
    answer('The Old Anna is S40.'),
  );
  expect(result).toMatchObject({ output: 'The Old Anna is S40.', fixes: [] });
});

test.each([
  ['Opens the card of the shaft: depth, miner.', 1],
  ['How deep a shaft is.', 1],
  ['See whether a shaft is open.', 1],
  ['Returns one shaft: depth, miner.', 1],
  ['Returns every shaft.', 1],
  ['Returns a shaft to its owner.', 0],
  ['Open the shaft.', 0],
  ['Check a miner in.', 0],
])(
  'a look-up may have a number that nobody gave, by its description: %s',
  async (description, times) => {
    const { ran } = await ask(
      'Is the shaft Old Anna deep?',
      { shaft_work: { description, parameters: closed({ depth: { type: 'integer' } }) } },
      call('shaft_work', { depth: 77 }),
      answer('Which shaft?'),
    );
    expect(ran).toHaveLength(times);
  },
);

test.each([
  ['shaftDetails', 1],
  ['shaft_status', 1],
  ['update_status', 0],
  ['setShaftDetails', 0],
])('a look-up may have a number that nobody gave, by its name: %s', async (name, times) => {
  const { ran } = await ask(
    'Is the shaft Old Anna deep?',
    { [name]: { parameters: closed({ depth: { type: 'integer' } }) } },
    call(name, { depth: 77 }),
    answer('Which shaft?'),
  );
  expect(ran).toHaveLength(times);
});

test.each([
  ['I closed it.', ['close_shaft'], 'Done.'],
  ['I have now sent the letter.', ['send_letter'], 'Done.'],
  ['I found it. The shaft is closed.', undefined, 'I found it. The shaft is closed.'],
  ['I cleaned it.', undefined, 'I cleaned it.'],
])('a small model must do what it reports after look-ups: %s', async (text, tools, output) => {
  const { result, allowed } = await ask(
    'The Old Anna is full of water.',
    { find_shafts, close_shaft: { parameters: ids }, send_letter: { parameters: ids } },
    findAnna,
    answer(text),
    call(tools?.[0] ?? '', { shaft_id: 'S40' }),
    answer('Done.'),
  );
  expect(allowed[2]).toEqual(tools && { tools, answer: false });
  expect(result).toMatchObject({ output });
});

test.each([
  ['nobody ordered it', 'Ada came with 4 lamps. Fill in the form.', 0],
  ['the user ordered it', 'Ada came with 4 lamps. Sell them and fill in the form.', 1],
])(
  'in place of a form, an action of a small model runs only if it was ordered: %s',
  async (_why, input, times) => {
    await using server = await startRoutedServer(
      { '/v1/models': listsModel(model, 'llamacpp') },
      call('sell_lamps', { lamps: 4 }),
      repliesText('{"answer":{"name":"Ada","lamps":4}}'),
    );
    let sold = 0;
    const agent = new Agent({
      name: 'mine',
      model: openaiCompatible({ baseURL: server.baseURL, model }),
      tools: [
        tool({
          name: 'sell_lamps',
          description: 'Sells lamps.',
          parameters: z.object({ lamps: z.int() }),
          execute: () => (sold += 1),
        }),
      ],
      output: z.object({ name: z.string(), lamps: z.int() }),
    });
    const result = await agent.run(input);
    expect(result).toMatchObject({ output: { name: 'Ada', lamps: 4 } });
    expect(sold).toBe(times);
  },
);
