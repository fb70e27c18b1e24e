import { describe, expect, test } from '@jest/globals';
import { answer, ask, call, closed, type SmallTool, text } from '../support/small-agent.ts';

describe('a small model may only use identifiers of the conversation', () => {
  const searchShafts: SmallTool = {
    parameters: closed({ words: text() }),
    result: [{ shaft: 'S40', level: 3 }],
  };
  const search = call('searchShafts', { words: 'North' });

  test.each([
    ['in a parameter that is named a number', closed({ shaftNumber: text('e.g. S12') })],
    ['in a parameter that is described as an id', closed({ shaft: text('Id, like S12') })],
    [
      'in an object',
      closed({ place: closed({ shaft_id: text('Such as S12'), side: text('East or west') }) }),
    ],
    [
      'in objects of a list',
      closed({ stops: { type: 'array', items: closed({ shaft_id: text('Such as S12') }) } }),
    ],
  ])('%s', async (_where, parameters) => {
    const { allowed, grammars } = await ask(
      'Close the North shaft.',
      { searchShafts, close: { parameters } },
      search,
      answer('It cannot be closed.'),
    );
    expect(allowed[0]?.tools).toEqual(['searchShafts']);
    expect(allowed[1]?.tools).toEqual(['searchShafts', 'close']);
    expect(grammars[1]).toContain('"enum":["S40"]');
  });

  test('in a list, with the example of the parameter for one of them', async () => {
    const { allowed, grammars } = await ask(
      'Close the North shaft.',
      {
        searchShafts,
        getShaft: { parameters: closed({ shaft_id: text('Such as S12') }) },
        close: { parameters: closed({ shaft_ids: { type: 'array', items: text() } }) },
      },
      search,
      answer('It cannot be closed.'),
    );
    expect(allowed[0]?.tools).toEqual(['searchShafts']);
    expect(grammars[1]?.match(/"enum":\["S40"\]/g)).toHaveLength(2);
  });

  test.each([
    ['its name', 'level_id', ''],
    ['its description', 'place_id', 'Level id or shaft id'],
  ])('with the example of another parameter for the thing in %s', async (_where, name, about) => {
    const { allowed } = await ask(
      'Close the North shaft, which is not on L2.',
      {
        searchShafts: { parameters: closed({ words: text('Words, or level id like L7') }) },
        close: { parameters: closed({ [name]: text(about) }) },
        drain: { parameters: closed({ tunnel_id: text('Such as T12') }) },
      },
      call('close', { [name]: 'T40' }),
      answer('It cannot be closed.'),
    );
    expect(allowed[0]?.tools).toEqual(['searchShafts', 'close']);
    expect(allowed[1]?.tools).not.toContain('close');
  });

  test('in a parameter that takes a whole number, and not the number of its example', async () => {
    const shaftNumber = { type: 'integer', description: 'For example 1001' };
    const { allowed, grammars } = await ask(
      'Close the North shaft.',
      {
        searchShafts: {
          parameters: closed({ words: text() }),
          result: [{ number: 2040, postcode: '4030' }],
        },
        close: { parameters: closed({ shaftNumber }) },
      },
      search,
      answer('It cannot be closed.'),
    );
    expect(allowed.map(({ tools }) => tools)).toEqual([
      ['searchShafts'],
      ['searchShafts', 'close'],
    ]);
    expect(grammars[1]).toContain('"enum":[2040]');
  });

  test('in a parameter that takes a whole number, if it has about as many digits as the example', async () => {
    const orderNumber = { type: 'integer', description: 'such as 1001' };
    const { grammars } = await ask(
      'Add 5 lamps to order 10377.',
      { add: { parameters: closed({ orderNumber, lamps: { type: 'integer' } }) } },
      call('add', { orderNumber: 10377, lamps: 5 }),
      answer('Done.'),
    );
    expect(grammars[0]).toContain('"enum":[10377]');
  });

  test('and may look up a thing by its number', async () => {
    const { ran } = await ask(
      'Is S40 wet?',
      {
        getShaft: { parameters: closed({ shaftNumber: text('e.g. S12') }), result: { wet: true } },
      },
      call('getShaft', { shaftNumber: 'S40' }),
      answer('Yes, S40 is wet.'),
    );
    expect(ran).toEqual(['getShaft {"shaftNumber":"S40"}']);
  });

  test('but a number may begin with other letters than its example', async () => {
    const { allowed, grammars } = await ask(
      'When does train ICE77 leave?',
      { showTrain: { parameters: closed({ trainNumber: text('e.g. RE5') }) } },
      call('showTrain', { trainNumber: 'ICE77' }),
      answer('At nine.'),
    );
    expect(allowed[0]?.tools).toEqual(['showTrain']);
    expect(grammars[0]).toContain('"enum":["ICE77"]');
  });

  test('and any text in a parameter without an example', async () => {
    const { grammars } = await ask(
      'Write down that S40 is wet.',
      { write: { parameters: closed({ note: text('For example: the lamp is broken') }) } },
      call('write', { note: 'S40 is wet' }),
      answer('Done.'),
    );
    expect(grammars[0]).not.toContain('"enum"');
  });
});
