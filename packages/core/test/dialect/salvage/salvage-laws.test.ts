import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { printPythonCalls } from '../../../src/dialect/print-call.ts';
import { createHoldBack } from '../../../src/dialect/salvage/hold-back.ts';
import { salvageCalls } from '../../../src/dialect/salvage/salvage-calls.ts';
import type { JsonObject, JsonValue } from '../../../src/json.ts';
import { offer, offered } from './offered.ts';

interface Call {
  readonly name: string;
  readonly arguments: JsonObject;
}

const runs = { numRuns: 1000 };
const text = fc.string({ unit: 'binary' });
const value = fc.jsonValue({ maxDepth: 4, stringUnit: 'binary' }) as fc.Arbitrary<JsonValue>;
const key = fc.oneof(
  fc.constantFrom('city', 'from', 'x-y', 'class', '__proto__', 'true', ''),
  text,
);

/** Calls of offered tools whose arguments are whatever JSON can say, `-0` aside, which it cannot. */
const anyCalls = callsOf(fc.dictionary(key, value, { maxKeys: 4 }));

function callsOf(args: fc.Arbitrary<unknown>): fc.Arbitrary<Call[]> {
  const call = fc.record({
    name: fc.constantFrom(...offered.map(({ name }) => name)),
    arguments: args.map((said) => JSON.parse(JSON.stringify(said)) as JsonObject),
  });
  return fc.array(call, { minLength: 1, maxLength: 3 });
}

function readBack(written: string): (Call | 'unreadable')[] {
  return salvageCalls(written, offered).calls.map((call) =>
    call.readable ? { name: call.name, arguments: call.arguments } : 'unreadable',
  );
}

function expectReadBack(calls: fc.Arbitrary<Call[]>, print: (calls: Call[]) => string): void {
  fc.assert(
    fc.property(calls, (written) => {
      // Compared as text: `toEqual` takes a `__proto__` key for the prototype.
      expect(JSON.stringify(readBack(print(written)))).toBe(JSON.stringify(written));
    }),
    runs,
  );
}

describe('what is written is what is read', () => {
  const json = (calls: Call[]) => JSON.stringify(calls);
  const pretty = (calls: Call[]) => JSON.stringify(calls, null, 2);

  test.each<[string, (calls: Call[]) => string]>([
    ['JSON', json],
    ['JSON in a fence', (calls) => `Let me see.\n\`\`\`json\n${pretty(calls)}\n\`\`\`\nDone.`],
    [
      'JSON with arguments as text',
      (calls) =>
        JSON.stringify({
          tool_calls: calls.map((call, index) => ({
            id: `call_${index}`,
            type: 'function',
            function: { name: call.name, arguments: JSON.stringify(call.arguments) },
          })),
        }),
    ],
    [
      '<tool_call>',
      (calls) =>
        calls.map((call) => `<tool_call>\n${JSON.stringify(call)}\n</tool_call>`).join('\n'),
    ],
    ['[TOOL_CALLS]', (calls) => `[TOOL_CALLS]${json(calls)}`],
    [
      '<function=f>{…}</function>',
      (calls) =>
        calls
          .map((call) => `<function=${call.name}>${JSON.stringify(call.arguments)}</function>`)
          .join(''),
    ],
    ['Python', printPythonCalls],
    ['Python behind prose', (calls) => `Let me see.\n${printPythonCalls(calls)}`],
    ['Python in a fence', (calls) => `\`\`\`tool_code\nprint(${printPythonCalls(calls)})\n\`\`\``],
    ['Python in marks', (calls) => `<|python_start|>${printPythonCalls(calls)}<|python_end|>`],
  ])('%s says any JSON arguments', (_form, print) => {
    expectReadBack(anyCalls, print);
  });

  const withName = (calls: fc.Arbitrary<Call[]>) =>
    calls.map((written) => written.map((call) => ({ ...call, name: 'get_weather' })));

  test('tags say texts in which no tag stands and that neither begin nor end with a line break', () => {
    const said = text.filter((string) => !string.includes('<') && !/^[\r\n]|[\r\n]$/.test(string));
    const args = fc.record({ city: said, days: fc.integer(), metric: fc.boolean() });
    expectReadBack(withName(callsOf(args)), (calls) =>
      calls
        .map((call) => {
          const parameters = Object.entries(call.arguments).map(
            ([name, item]) => `<parameter=${name}>\n${item}\n</parameter>\n`,
          );
          return `<tool_call>\n<function=${call.name}>\n${parameters.join('')}</function>\n</tool_call>`;
        })
        .join('\n'),
    );
  });

  test.each([
    ['FunctionGemma', '<start_function_call>', '<escape>', '<end_function_call>'],
    ['Gemma 4', '<|tool_call>', '<|"|>', '<tool_call|>'],
  ])('%s says texts in which its mark does not stand', (_form, begin, mark, end) => {
    const said = text.filter((string) => !string.includes('<'));
    const args = fc.record({
      city: said,
      days: fc.integer(),
      metric: fc.boolean(),
      tags: fc.array(said),
      place: fc.record({ zip: said, floor: fc.integer() }),
    });
    const print = (item: JsonValue): string => {
      if (typeof item === 'string') return mark + item + mark;
      if (Array.isArray(item)) return `[${item.map(print).join(',')}]`;
      if (typeof item !== 'object' || item === null) return String(item);
      return `{${Object.entries(item)
        .map(([name, inner]) => `${name}:${print(inner)}`)
        .join(',')}}`;
    };
    expectReadBack(withName(callsOf(args)), (calls) =>
      calls.map((call) => `${begin}call:${call.name}${print(call.arguments)}${end}`).join(''),
    );
  });
});

/** Texts made of what calls are made of, whole and in shreds. */
const shred = fc.constantFrom(
  ...'[]{}()"\'`=,:;<>#\\\n f1'.split(''),
  ...['\n\n', '```', '```python\n', '```tool_code\n', '```js\n', '```tool_output\n', '"""', "'''"],
  ...['get_time', 'get_time(', 'get_time()', '[get_time()]', 'get_weather(', 'city=', '"Paris"'],
  ...["'it's'", 'days=3', 'true', 'None', '-1.5e3', 'print(', 'open_door(a=1)', '[open_door('],
  ...['{"name":"get_time","arguments":{}}', '{"name": "get_time", ', '"arguments": {', '{"a": '],
  ...[
    '{"tool_calls":[',
    '{"response":"x"}',
    '<tool_call>',
    '</tool_call>',
    '[TOOL_CALLS]',
    '[ARGS]',
  ],
  ...['<function=get_time>', '<parameter=a>', '</parameter>', '</function>', '<|tool_call>'],
  ...['<tool_call|>', 'call:get_time{', 'a:', '<|"|>', '<escape>', '<|python_start|>', '</s>'],
  ...[
    '<|python_end|>',
    '<tool_response',
    '<think>',
    '</think>',
    '<end_of_turn>',
    'Sure. ',
    'see: ',
    '中文',
    '\u0000',
    '\ud800',
  ],
);
const shredded = fc.array(shred, { maxLength: 16 }).map((shreds) => shreds.join(''));
const anyText = fc.oneof(shredded, text);

describe('any text', () => {
  test('is read without throwing; where there is no call, it stays as it is', () => {
    fc.assert(
      fc.property(anyText, (written) => {
        const { calls, text: prose } = salvageCalls(written, offered);
        if (calls.length === 0) expect(prose).toBe(written);
        for (const call of calls) expect(written).toContain(call.text);
      }),
      { numRuns: 2000 },
    );
  });

  test('without an offered name holds no call', () => {
    const others = [offer('fetch_page'), offer('send_mail')];
    fc.assert(
      fc.property(anyText, (written) => {
        fc.pre(!others.some(({ name }) => written.includes(name)));
        expect(salvageCalls(written, others).calls).toEqual([]);
      }),
      { numRuns: 2000 },
    );
  });

  test('with calls holds at least one that was offered', () => {
    fc.assert(
      fc.property(shredded, (written) => {
        const { calls } = salvageCalls(written, offered);
        fc.pre(calls.length > 0);
        expect(calls.some((call) => offered.some(({ name }) => name === call.name))).toBe(true);
      }),
      runs,
    );
  });
});

describe('any text in any cut', () => {
  const pieces = fc
    .tuple(anyText, fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 }))
    .map(([written, sizes]) => cut(written, sizes));

  function cut(written: string, sizes: readonly number[]): string[] {
    const cutPieces: string[] = [];
    for (let at = 0, index = 0; at < written.length; index += 1) {
      const size = sizes[index % sizes.length] ?? 1;
      cutPieces.push(written.slice(at, at + size));
      at += size;
    }
    return cutPieces;
  }

  test('is shown and held byte for byte, and nothing of a call is shown', () => {
    fc.assert(
      fc.property(pieces, (written) => {
        const holdBack = createHoldBack(offered);
        const shown = written.map((piece) => holdBack.push(piece)).join('');
        expect(shown + holdBack.held).toBe(written.join(''));
        expect(salvageCalls(written.join(''), offered).text.startsWith(shown)).toBe(true);
      }),
      { numRuns: 3000 },
    );
  });

  test('prose in which no call can begin is shown at once', () => {
    const prose = fc.string({ unit: fc.constantFrom(...'abc ABC.,!?()\n"\'-*0189é中😀') });
    fc.assert(
      fc.property(fc.array(prose), (written) => {
        const holdBack = createHoldBack(offered);
        fc.pre(!/(^|[\n:])\s*[gspc]/.test(written.join('')));
        expect(written.map((piece) => holdBack.push(piece))).toEqual(written);
      }),
      runs,
    );
  });

  test('a call that is cut anywhere never runs', () => {
    const calls = fc.record({
      name: fc.constant('get_weather'),
      arguments: fc.record({ city: fc.string(), days: fc.integer() }),
    });
    const forms = fc.constantFrom<(call: Call) => string>(
      (call) => printPythonCalls([call]),
      (call) => JSON.stringify(call),
      (call) => JSON.stringify([call]),
      (call) => `<tool_call>${JSON.stringify([call])}`,
      (call) => `<|python_start|>${printPythonCalls([call])}`,
      (call) => `\`\`\`tool_code\n${printPythonCalls([call])}`,
      (call) =>
        `<function=get_weather><parameter=city>a</parameter></function>${call.name.slice(99)}`,
    );
    fc.assert(
      fc.property(calls, forms, fc.nat(), (call, form, at) => {
        const whole = form(call);
        const { calls: found } = salvageCalls(whole.slice(0, at % whole.length), offered);
        expect(found.filter(({ readable }) => readable)).toEqual([]);
      }),
      { numRuns: 3000 },
    );
  });
});
