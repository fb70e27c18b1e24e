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

const carId = { car_id: z.string().describe('Such as c-10') };
const permitId = { permit_id: z.string().describe('Such as p-10') };

const results: Readonly<Record<string, object>> = {
  find_cars: [{ id: 'c-3', colour: 'green' }],
  show_car: { id: 'c-3', colour: 'green', fees: 42.5 },
  list_permits: [{ id: 'p-8', level: 2 }],
  show_garage: { floors: 4 },
};

const parameters: Readonly<Record<string, z.ZodObject>> = {
  find_cars: z.object({ colour: z.string() }),
  show_car: z.object(carId),
  list_permits: z.object(carId),
  show_garage: z.object({}),
  cancelPermit: z.object(permitId),
  take_payment: z.object({ ...carId, euros: z.number() }),
  write_note: z.object({ ...carId, text: z.string() }),
};

const descriptions: Readonly<Record<string, string>> = {
  show_garage: 'Shows the garage.',
  cancelPermit: 'Ends a permit.',
  list_permits: 'Lists the permits of a car.',
};

const all = Object.keys(parameters);

/** Runs an agent of a car park with these replies: what ran, the answer, and what each request allowed. */
async function ask(input: string, ...replies: readonly Answer[]) {
  await using server = await startRoutedServer(
    { '/v1/models': listsModel(model, 'llamacpp') },
    ...replies,
  );
  const ran: string[] = [];
  const agent = new Agent({
    name: 'car-park',
    model: openaiCompatible({ baseURL: server.baseURL, model, dialect: 'guided' }),
    tools: all.map((name) =>
      tool({
        name,
        description: descriptions[name] ?? 'Does its work.',
        parameters: parameters[name] ?? z.object({}),
        execute: (args) => {
          ran.push(`${name} ${JSON.stringify(args)}`);
          return results[name] ?? { ok: true };
        },
      }),
    ),
  });
  const result = await agent.run(input);
  const allowed = allowedBy(grammarsOf(server.chats), all);
  return { result, ran, allowed };
}

const findGreen = call('find_cars', { colour: 'green' });

describe('an answer of a small model after calls', () => {
  test('is followed by the look-up for the identifier that an ordered action needs, and by the action', async () => {
    const { result, ran, allowed } = await ask(
      'The green car was sold. Please cancel its permit.',
      findGreen,
      answer('The car is c-3.'),
      call('list_permits', { car_id: 'c-3' }),
      answer('The permit is p-8. It was not cancelled.'),
      call('cancelPermit', { permit_id: 'p-8' }),
      answer('The permit is cancelled.'),
    );
    expect(result).toMatchObject({ output: 'The permit is cancelled.' });
    expect(ran.slice(1)).toEqual([
      'list_permits {"car_id":"c-3"}',
      'cancelPermit {"permit_id":"p-8"}',
    ]);
    expect(allowed[2]).toEqual({ tools: ['list_permits'], answer: false });
    expect(allowed[4]).toEqual({ tools: ['cancelPermit'], answer: false });
  });

  test.each([
    ['and the second order is open', 'Cancel p-8 and then write a note to the owner of c-3.'],
    ['and a polite order is open', 'Cancel p-8. Could you please also write a note for c-3?'],
  ])('is followed by an action if another one is done %s', async (_why, input) => {
    const { result, ran, allowed } = await ask(
      input,
      call('cancelPermit', { permit_id: 'p-8' }),
      answer('The permit is cancelled.'),
      call('write_note', { car_id: 'c-3', text: 'p-8 is cancelled' }),
      answer('Both are done.'),
    );
    expect(result).toMatchObject({ output: 'Both are done.' });
    expect(ran).toHaveLength(2);
    expect(allowed[2]).toEqual({ tools: ['write_note'], answer: false });
  });

  test('is followed by the action that the model meant, if the value that it had made up was looked up since', async () => {
    const { result, ran, allowed } = await ask(
      'The owner of c-3 pays all fees.',
      call('take_payment', { car_id: 'c-3', euros: 100 }),
      call('show_car', { car_id: 'c-3' }),
      answer('The fees are 42.5 euros.'),
      call('take_payment', { car_id: 'c-3', euros: 42.5 }),
      answer('The fees are paid.'),
    );
    expect(result).toMatchObject({ output: 'The fees are paid.' });
    expect(ran).toEqual([
      'show_car {"car_id":"c-3"}',
      'take_payment {"car_id":"c-3","euros":42.5}',
    ]);
    expect(allowed[3]).toEqual({ tools: ['take_payment'], answer: false });
  });

  test('becomes a question if the action that the model meant has a made-up value again', async () => {
    const { result, ran, allowed } = await ask(
      'The owner of c-3 pays the rest.',
      call('take_payment', { car_id: 'c-3', euros: 100 }),
      call('list_permits', { car_id: 'c-3' }),
      answer('The permit is p-8.'),
      call('take_payment', { car_id: 'c-3', euros: 100 }),
      answer('How much is paid?'),
    );
    expect(result).toMatchObject({ output: 'How much is paid?' });
    expect(ran).toHaveLength(1);
    expect(allowed[4]).toEqual({ tools: [], answer: true });
    expect(result.fixes.at(-1)).toMatchObject({
      reason: '"euros" was neither given nor looked up, and the reply did not ask for it.',
    });
  });

  test('is followed by a look-up if neither it nor a result is about the thing that was asked for', async () => {
    const { result, ran, allowed } = await ask(
      'Which permits belong to c-3?',
      call('show_car', { car_id: 'c-3' }),
      answer('The car c-3 is green.'),
      call('list_permits', { car_id: 'c-3' }),
      answer('It has the permit p-8.'),
    );
    expect(result).toMatchObject({ output: 'It has the permit p-8.' });
    expect(ran).toEqual(['show_car {"car_id":"c-3"}', 'list_permits {"car_id":"c-3"}']);
    expect(allowed[2]).toEqual({
      tools: ['find_cars', 'list_permits', 'show_garage'],
      answer: false,
    });
  });

  test.each([
    [
      'of another kind than its word',
      'The permit c-3 is its permit.',
      ['show_car', 'list_permits'],
    ],
    ['that nobody gave', 'It has the permit p-10.', ['show_car', 'list_permits', 'show_garage']],
  ])('is followed by a look-up if it has an identifier %s', async (_why, text, tools) => {
    const { result, ran, allowed } = await ask(
      'Which permit has the green car?',
      findGreen,
      answer(text),
      call('list_permits', { car_id: 'c-3' }),
      answer('It is the permit p-8.'),
    );
    expect(result).toMatchObject({ output: 'It is the permit p-8.' });
    expect(ran.slice(1)).toEqual(['list_permits {"car_id":"c-3"}']);
    expect(allowed[2]).toEqual({ tools, answer: false });
  });

  test.each([
    ['refuses the order', 'Cancel the permit of the green car.', 'It has no permit.'],
    ['reports why', 'Cancel the permit of the green car.', 'It cannot be cancelled today.'],
    ['is a question', 'Cancel a permit of the green car.', 'Which one?'],
    [
      'belongs to an order with a condition',
      'If the green car has a permit, cancel it.',
      'It is c-3.',
    ],
    ['belongs to a question about an action', 'Who may cancel the green car?', 'The owner of c-3.'],
    ['is a text that the user ordered', 'Write a poem about the green car.', 'Green it is, c-3.'],
    ['has the word that was asked for', 'What colour has the green car?', 'The colour is green.'],
    ['belongs to a question without a thing', 'What does the green car cost?', 'It is c-3.'],
    ['is in another language', 'Cancel kostet was, green?', 'Der Wagen ist c-3.'],
  ])('is accepted if it %s', async (_why, input, text) => {
    const { result, ran } = await ask(input, findGreen, answer(text));
    expect(result).toMatchObject({ output: text });
    expect(ran).toHaveLength(1);
    expect(result.fixes).toEqual([]);
  });

  test('is accepted if every look-up that is possible was called', async () => {
    const { result, ran } = await ask(
      'Which driver uses c-3?',
      call('show_car', { car_id: 'c-3' }),
      answer('The car is green.'),
      findGreen,
      answer('The car is green.'),
      call('list_permits', { car_id: 'c-3' }),
      answer('The car is green.'),
      call('show_garage', {}),
      answer('The car is green.'),
    );
    expect(result).toMatchObject({ output: 'The car is green.' });
    expect(ran).toHaveLength(4);
  });
});
