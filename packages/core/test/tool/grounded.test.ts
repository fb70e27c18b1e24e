import { describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { Agent } from '../../src/agent/agent.ts';
import type { AgentOptions } from '../../src/agent/agent-options.ts';
import type { JsonObject } from '../../src/json.ts';
import { callsTool, says, scriptedModel } from '../../src/testing/index.ts';
import { type Tool, tool } from '../../src/tool/tool.ts';
import type { ToolResult } from '../../src/turns/turn.ts';

const transfer = z.object({
  account_id: z.string(),
  amount: z.number(),
  receiver: z.object({ email: z.string(), name: z.string() }).optional(),
  items: z.array(z.object({ sku: z.string(), note: z.string().optional() })).optional(),
});

/** Makes the tool `transfer`, and records its executions. */
function transferTool(grounded?: readonly string[], needsApproval = false) {
  const executed: unknown[] = [];
  const made = tool({
    name: 'transfer',
    description: 'Transfers money.',
    parameters: transfer,
    needsApproval,
    ...(grounded && { grounded: grounded as ['account_id'] }),
    execute: (input) => {
      executed.push(input);
      return 'Transferred.';
    },
  });
  return { executed, made };
}

interface Played {
  readonly results: readonly ToolResult[];
  readonly status: string;
}

/** Runs an agent whose model makes the calls one after the other and then answers. */
async function play(
  input: string,
  calls: readonly (readonly [string, JsonObject])[],
  options: Partial<AgentOptions<unknown>>,
): Promise<Played> {
  const script = [...calls.map(([name, args]) => callsTool(name, args)), says('Done.')];
  const agent = new Agent({ ...options, name: 'bank', model: scriptedModel(script) });
  const results: ToolResult[] = [];
  agent.on('tool-finished', ({ result }) => void results.push(result));
  const { status } = await agent.run(input);
  return { results, status };
}

describe('a grounded parameter', () => {
  test('with an invented value is not run, and the result names the parameter and the value', async () => {
    const { executed, made } = transferTool(['account_id', 'amount'], true);
    const { results, status } = await play(
      'Move 20 euros from AC-77.',
      [['transfer', { account_id: 'AC-78', amount: 20 }]],
      { tools: [made] },
    );
    expect(executed).toEqual([]);
    expect(status).toBe('completed');
    expect(results[0]).toMatchObject({
      status: 'ungrounded-arguments',
      parts: [{ text: expect.stringMatching(/"account_id" is "AC-78".*ask the user/) }],
    });
  });

  test.each<[string, string, JsonObject]>([
    ['in other case and spacing', 'From ac - 77: 20', { account_id: 'AC-77', amount: 20 }],
    ['with another dash', 'From AC\u201177: 20', { account_id: 'AC-77', amount: 20 }],
    ['with a thousands separator', 'AC-77, $1,250.50', { account_id: 'AC-77', amount: 1250.5 }],
    ['in European form', 'AC-77, 1.250,50 EUR', { account_id: 'AC-77', amount: 1250.5 }],
    ['with spaces in a number', 'AC-77: 1 250 000', { account_id: 'AC-77', amount: 1_250_000 }],
    ['with a currency in front', 'AC-77: EUR20', { account_id: 'AC-77', amount: 20 }],
    ['as a decimal', 'AC-77: 20.00', { account_id: 'AC-77', amount: 20 }],
    ['with a unit', 'AC-77: 20€', { account_id: 'AC-77', amount: 20 }],
    ['at the end of a sentence', 'Move 20. Use AC-77.', { account_id: 'AC-77', amount: 20 }],
    ['with an ending', 'Annas Konto: 20', { account_id: 'Anna', amount: 20 }],
    ['without spaces around it', '請從北京帳戶轉20', { account_id: '北京', amount: 20 }],
    ['in brackets', 'Account (AC-77), [20]', { account_id: 'AC-77', amount: 20 }],
  ])('accepts a value of the input %s', async (_how, input, args) => {
    const { executed, made } = transferTool(['account_id', 'amount']);
    await play(input, [['transfer', args]], { tools: [made] });
    expect(executed).toEqual([args]);
  });

  test.each<[string, string, JsonObject]>([
    ['a part of a longer id', 'From AC-771: 20', { account_id: 'AC-77', amount: 20 }],
    ['a part of an id before a space', 'From AC-771 all', { account_id: 'AC-77', amount: 1 }],
    ['the start of a longer name', 'From AC-77-b: 20', { account_id: 'AC-77', amount: 20 }],
    ['the end of a longer id', 'From XAC-77: 20', { account_id: 'AC-77', amount: 20 }],
    ['a part of a longer number', 'AC-77: 1205', { account_id: 'AC-77', amount: 20 }],
    ['the decimals of a number', 'AC-77: 5.20', { account_id: 'AC-77', amount: 20 }],
    ['the number of an id', 'AC-20: all', { account_id: 'AC-20', amount: 20 }],
    ['a number of a date', 'AC-77 on 2026-05-20', { account_id: 'AC-77', amount: 20 }],
    ['an empty text', 'AC-77: 20', { account_id: ' ', amount: 20 }],
  ])('refuses %s', async (_what, input, args) => {
    const { executed, made } = transferTool(['account_id', 'amount']);
    const { results } = await play(input, [['transfer', args]], { tools: [made] });
    expect(executed).toEqual([]);
    expect(results[0]?.status).toBe('ungrounded-arguments');
  });

  test('inside objects and lists is checked too', async () => {
    const { executed, made } = transferTool(['receiver.email', 'items.sku']);
    const call = (email: string, sku: string) =>
      [
        'transfer',
        {
          account_id: 'x',
          amount: 1,
          receiver: { email, name: 'n' },
          items: [{ sku: 'S1' }, { sku }],
        },
      ] as const;
    const { results } = await play(
      'Send S1 and S2 to kim@shop.example.',
      [call('kim@shop.example', 'S3'), call('kim@shop', 'S2'), call('kim@shop.example', 'S2')],
      { tools: [made] },
    );
    expect(results.map(({ status }) => status)).toEqual([
      'ungrounded-arguments',
      'ungrounded-arguments',
      'ok',
    ]);
    expect(executed).toHaveLength(1);
  });

  test('may have a value of the instructions or of an earlier result', async () => {
    const { executed, made } = transferTool(['account_id', 'amount']);
    const lookUp = tool({
      name: 'look_up',
      description: 'Finds an account.',
      parameters: z.object({ owner: z.string() }),
      execute: () => ({ account: 'AC-5\u00e9', limits: [10, 30] }),
    });
    await play(
      'Use the account of Lou.',
      [
        ['look_up', { owner: 'Lou' }],
        ['transfer', { account_id: 'AC-5\u00e9', amount: 30 }],
        ['transfer', { account_id: 'AC-0', amount: 10 }],
      ],
      { tools: [made, lookUp], instructions: () => 'Without an account, use AC-0.' },
    );
    expect(executed).toEqual([
      { account_id: 'AC-5\u00e9', amount: 30 },
      { account_id: 'AC-0', amount: 10 },
    ]);
  });

  test.each<[string, (value: string) => string]>([
    [
      'a thrown error',
      (value) => {
        throw new Error(`No account ${value}.`);
      },
    ],
    ['an error as JSON', (value) => JSON.stringify({ error: `no account ${value}` })],
  ])('does not get grounded by %s that repeats the value', async (_what, answer) => {
    const { executed, made } = transferTool(['account_id']);
    const lookUp = tool({
      name: 'look_up',
      description: 'Finds an account.',
      parameters: z.object({ id: z.string() }),
      execute: ({ id }) => answer(id),
    });
    const call = ['transfer', { account_id: 'AC-9', amount: 1 }] as const;
    const unknown = ['other', { account_id: 'AC-9' }] as const;
    const invalid = ['look_up', { id: ['AC-9'] }] as const;
    const { results } = await play(
      'Move 1 euro.',
      [call, unknown, invalid, ['look_up', { id: 'AC-9' }], call],
      { tools: [made, lookUp] },
    );
    expect(results.at(-1)?.status).toBe('ungrounded-arguments');
    expect(executed).toEqual([]);
  });

  test('can be grounded by another value in an error', async () => {
    const { executed, made } = transferTool(['account_id']);
    const lookUp = tool({
      name: 'look_up',
      description: 'Finds an account.',
      parameters: z.object({ id: z.string() }),
      execute: ({ id }) => ({ error: `no account ${id}, but AC-10` }),
    });
    await play(
      'Move 1 euro.',
      [
        ['look_up', { id: 'AC-9' }],
        ['transfer', { account_id: 'AC-10', amount: 1 }],
      ],
      { tools: [made, lookUp] },
    );
    expect(executed).toHaveLength(1);
  });

  test('does not get grounded by what the model wrote itself', async () => {
    const { executed, made } = transferTool(['account_id']);
    const agent = new Agent({
      name: 'bank',
      tools: [made],
      model: scriptedModel([
        says('I will use AC-9.'),
        callsTool('transfer', { account_id: 'AC-9', amount: 1 }),
        says('Which account?'),
      ]),
    });
    const first = await agent.run('Which account?');
    await agent.run('Move 1 euro.', { transcript: first.transcript });
    expect(executed).toEqual([]);
  });

  test('gives the same result when a saved run is resumed', async () => {
    const { executed, made } = transferTool(['account_id'], true);
    const agent = new Agent({
      name: 'bank',
      tools: [made],
      instructions: () => 'The account is AC-3.',
      model: scriptedModel([
        callsTool('transfer', { account_id: 'AC-3', amount: 1 }),
        callsTool('transfer', { account_id: 'AC-4', amount: 1 }),
        says('Done.'),
      ]),
    });
    const paused = await agent.run('Move 1 euro.');
    if (paused.status !== 'paused') throw new Error('The run did not wait for an approval.');
    const state = JSON.parse(JSON.stringify(paused.state));
    const [waiting] = paused.waiting;
    const end = await agent.resume(state, { decisions: { [waiting.callId]: { kind: 'approve' } } })
      .result;
    expect(end.status).toBe('completed');
    expect(executed).toEqual([{ account_id: 'AC-3', amount: 1 }]);
  });
});

describe('the option `grounded` of a tool', () => {
  test('must name a parameter', () => {
    expect(() => transferTool(['acount_id'])).toThrow(/"acount_id".*Did you mean "account_id"/);
    expect(() => transferTool(['receiver.mail'])).toThrow(
      expect.objectContaining({ code: 'invalid_tool' }),
    );
  });

  test('is typed by the parameters', () => {
    const definition = {
      name: 'f',
      description: 'A tool.',
      parameters: transfer,
      execute: () => '',
    };
    tool({ ...definition, grounded: ['account_id', 'receiver.email', 'items.sku'] });
    // @ts-expect-error There is no such parameter.
    expect(() => tool({ ...definition, grounded: ['account'] })).toThrow(/account/);
  });
});

describe('the option `grounded` of an agent', () => {
  const parameters = {
    type: 'object',
    properties: {
      id: { type: 'string' },
      orderId: { type: 'string' },
      order_ids: { type: 'array', items: { type: 'string' } },
      contact: { $ref: '#/$defs/Contact' },
      paid: { type: 'string' },
      plan_id: { enum: ['basic', 'pro'] },
    },
    $defs: {
      Contact: {
        type: 'object',
        properties: { mail: { type: 'string', format: 'email' }, site: { type: 'string' } },
      },
    },
  };
  const update = (options: { grounded?: [] } = {}) =>
    tool({
      name: 'update',
      description: 'Updates.',
      parameters,
      execute: () => 'Updated.',
      ...options,
    });
  const statusOf = async (args: JsonObject, made: Tool = update()) => {
    const { results } = await play('Update r-1.', [['update', args]], {
      tools: [made],
      grounded: true,
    });
    return results[0]?.status;
  };

  test.each<[string, JsonObject]>([
    ['an id', { id: 'r-2' }],
    ['an id in camel case', { orderId: 'r-2' }],
    ['a list of ids', { order_ids: ['r-1', 'r-2'] }],
    ['an address in a definition', { contact: { mail: 'a@b.example' } }],
  ])('checks %s', async (_what, args) => {
    expect(await statusOf(args)).toBe('ungrounded-arguments');
  });

  test.each<[string, JsonObject]>([
    ['a value that occurs', { id: 'R-1', order_ids: ['r-1'] }],
    ['a name that only ends like one', { paid: 'yes' }],
    ['a value that the schema lists', { plan_id: 'pro' }],
    ['a parameter without such a format', { contact: { site: 'b.example' } }],
  ])('accepts %s', async (_what, args) => {
    expect(await statusOf(args)).toBe('ok');
  });

  test('is overruled by an empty list of a tool', async () => {
    expect(await statusOf({ id: 'r-2' }, update({ grounded: [] }))).toBe('ok');
  });
});
