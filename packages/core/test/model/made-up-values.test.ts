import { describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { Agent } from '../../src/agent/agent.ts';
import { openaiCompatible } from '../../src/model/openai-compatible.ts';
import { tool } from '../../src/tool/tool.ts';
import { allowedBy, grammarsOf } from '../support/allowed-by.ts';
import type { Answer } from '../support/model-server.ts';
import { listsModel, repliesText, startRoutedServer } from '../support/routed-server.ts';

const model = 'qwen2.5-coder-1.5b-instruct';

const call = (name: string, args: object) =>
  repliesText(JSON.stringify({ calls: [{ name, arguments: args }] }));
const answer = (text: string) => repliesText(JSON.stringify({ answer: text }));

/** Runs the agent of a camp that takes money. */
async function book(input: string, replies: readonly Answer[]) {
  await using server = await startRoutedServer(
    { '/v1/models': listsModel(model, 'llamacpp') },
    ...replies,
  );
  const ran: string[] = [];
  const guestId = z.string().describe('Such as g-2');
  const agent = new Agent({
    name: 'camp',
    model: openaiCompatible({ baseURL: server.baseURL, model }),
    tools: [
      tool({
        name: 'show_bill',
        description: 'Shows the bill of a guest.',
        parameters: z.object({ guest_id: guestId }),
        execute({ guest_id }) {
          ran.push(`show_bill ${guest_id}`);
          return { open: 48.5 };
        },
      }),
      tool({
        name: 'take_money',
        description: 'Notes money that a guest paid.',
        parameters: z.object({ guest_id: guestId, euros: z.number(), day: z.string() }),
        execute({ euros, day }) {
          ran.push(`take_money ${euros} ${day}`);
          return { ok: true };
        },
      }),
    ],
  });
  const result = await agent.run(input);
  const lastInputs = server.chats.map(({ messages }) =>
    JSON.stringify((messages as readonly unknown[]).at(-1)).replaceAll('\\"', '"'),
  );
  const allowed = allowedBy(grammarsOf(server.chats), ['show_bill', 'take_money']);
  return { result, ran, allowed, lastInputs };
}

describe('a value of an action that nobody gave', () => {
  const pay = (euros: number) => call('take_money', { guest_id: 'g-2', euros, day: '2026-12-01' });

  test('is looked up first: the request after it has only tools that change nothing', async () => {
    const { ran, allowed } = await book('Guest g-2 pays the whole bill on 2026-12-01.', [
      pay(100),
      call('show_bill', { guest_id: 'g-2' }),
      pay(48.5),
      answer('Paid.'),
    ]);
    expect(ran).toEqual(['show_bill g-2', 'take_money 48.5 2026-12-01']);
    expect(allowed[1]).toEqual({ tools: ['show_bill'], answer: true });
  });

  test('is asked for if the reply neither looks it up nor asks', async () => {
    const { result, ran, allowed, lastInputs } = await book(
      'Guest g-2 pays a part on 2026-12-01.',
      [
        pay(100),
        call('show_bill', { guest_id: 'g-2' }),
        answer('Guest g-2 owes 48.5 euros.'),
        answer('How much does g-2 pay?'),
      ],
    );
    expect(result).toMatchObject({ output: 'How much does g-2 pay?' });
    expect(ran).toEqual(['show_bill g-2']);
    expect(allowed.at(-1)).toEqual({ tools: [], answer: true });
    expect(lastInputs.at(-1)).toContain('Nobody gave "euros"');
  });

  test.each([
    ['it is written', 'Guest g-2 pays 30 euros on 2026-12-01.', 30],
    ['it is spelled', 'The guest g-2 pays thirty euros on 2026-12-01.', 30],
    ['it follows from others', 'Guest g-2 pays 4 nights of 12 euros on 2026-12-01.', 48],
    ['it may be spelled in another language', 'g-2 zahlt zwei Euro am 2026-12-01.', 2],
  ])('is not doubted if %s', async (_why, input, euros) => {
    const { result, ran } = await book(input, [pay(euros), answer('Paid.')]);
    expect(ran).toEqual([`take_money ${euros} 2026-12-01`]);
    expect(result.fixes).toEqual([]);
  });

  test.each([
    ['is made up', 'Guest g-2 pays 30 euros.', 'asked-again'],
    [
      'can be computed from another one',
      'Today is 2026-11-30. Guest g-2 pays 30 euros tomorrow.',
      undefined,
    ],
    ['is written in words', 'Guest g-2 pays 30 euros on 1 December.', undefined],
  ])('may be a day, which %s', async (_what, input, fix) => {
    const { result } = await book(input, [pay(30), answer('When?')]);
    expect(result.fixes[0]?.kind).toBe(fix);
  });
});
