import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { anyText } from '../../../../../scripts/any-text.ts';
import { propertyRuns } from '../../../../../scripts/property-runs.ts';
import { printPythonCalls } from '../../../src/dialect/print-call.ts';
import { toCallableNames } from '../../../src/dialect/salvage/callable-name.ts';
import { createHoldBack } from '../../../src/dialect/salvage/hold-back.ts';
import { salvageCalls } from '../../../src/dialect/salvage/salvage-calls.ts';
import type { JsonObject, JsonValue } from '../../../src/json.ts';
import { callable, weatherNames, weatherTools } from './weather-tools.ts';

interface Call {
  readonly name: string;
  readonly arguments: JsonObject;
}

const runs = { numRuns: propertyRuns };
const text = anyText();
const value = fc.jsonValue({ maxDepth: 4, stringUnit: 'binary' }) as fc.Arbitrary<JsonValue>;
const key = fc.oneof(
  fc.constantFrom('city', 'from', 'x-y', 'class', '__proto__', 'true', ''),
  text,
);

/** Calls of active tools with any arguments that JSON can represent, so without `-0`. */
const anyCalls = callsOf(fc.dictionary(key, value, { maxKeys: 4 }));

function callsOf(args: fc.Arbitrary<unknown>): fc.Arbitrary<Call[]> {
  const call = fc.record({
    name: fc.constantFrom(...weatherTools.map(({ name }) => name)),
    arguments: args.map((any) => JSON.parse(JSON.stringify(any)) as JsonObject),
  });
  return fc.array(call, { minLength: 1, maxLength: 3 });
}

function readBack(written: string): (Call | 'unreadable')[] {
  return salvageCalls(written, weatherNames).calls.map((call) =>
    call.readable ? { name: call.name, arguments: call.arguments } : 'unreadable',
  );
}

function expectReadBack(calls: fc.Arbitrary<Call[]>, print: (calls: Call[]) => string): void {
  fc.assert(
    fc.property(calls, (written) => {
      // Compared as text: `toEqual` mistakes a `__proto__` key for the prototype.
      expect(JSON.stringify(readBack(print(written)))).toBe(JSON.stringify(written));
    }),
    runs,
  );
}

describe('printed calls are read back unchanged', () => {
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
    ['Python after prose', (calls) => `Let me see.\n${printPythonCalls(calls)}`],
    ['Python in a fence', (calls) => `\`\`\`tool_code\nprint(${printPythonCalls(calls)})\n\`\`\``],
    ['Python in tags', (calls) => `<|python_start|>${printPythonCalls(calls)}<|python_end|>`],
  ])('%s, with any JSON arguments', (_form, print) => {
    expectReadBack(anyCalls, print);
  });

  const withName = (calls: fc.Arbitrary<Call[]>) =>
    calls.map((written) => written.map((call) => ({ ...call, name: 'get_weather' })));

  test('parameter tags, with texts that contain no tag and neither begin nor end with a line break', () => {
    const plain = text.filter((string) => !string.includes('<') && !/^[\r\n]|[\r\n]$/.test(string));
    const args = fc.record({ city: plain, days: fc.integer(), metric: fc.boolean() });
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
  ])('%s, with texts that do not contain its markers', (_form, begin, mark, end) => {
    const plain = text.filter((string) => !string.includes('<'));
    const args = fc.record({
      city: plain,
      days: fc.integer(),
      metric: fc.boolean(),
      tags: fc.array(plain),
      place: fc.record({ zip: plain, floor: fc.integer() }),
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

/** Texts made of fragments of calls. */
const fragment = fc.constantFrom(
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
const fragments = fc.array(fragment, { maxLength: 16 }).map((each) => each.join(''));
const replyText = fc.oneof(fragments, text);

describe('any text', () => {
  test('is read without throwing, and unchanged if it contains no call', () => {
    fc.assert(
      fc.property(replyText, (written) => {
        const { calls, text: prose } = salvageCalls(written, weatherNames);
        if (calls.length === 0) expect(prose).toBe(written);
        for (const call of calls) expect(written).toContain(call.text);
      }),
      { numRuns: 2 * propertyRuns },
    );
  });

  test('without the name of an active tool contains no call', () => {
    const others = [callable('fetch_page'), callable('send_mail')];
    fc.assert(
      fc.property(replyText, (written) => {
        fc.pre(!others.some(({ name }) => written.includes(name)));
        expect(salvageCalls(written, toCallableNames(others)).calls).toEqual([]);
      }),
      { numRuns: 2 * propertyRuns },
    );
  });

  test('with calls contains at least one of an active tool', () => {
    fc.assert(
      fc.property(fragments, (written) => {
        const { calls } = salvageCalls(written, weatherNames);
        fc.pre(calls.length > 0);
        expect(calls.some((call) => weatherTools.some(({ name }) => name === call.name))).toBe(
          true,
        );
      }),
      runs,
    );
  });
});

describe('any text in any pieces', () => {
  const pieces = fc
    .tuple(replyText, fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 }))
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

  test('is shown or held byte for byte, and no part of a call is shown', () => {
    fc.assert(
      fc.property(pieces, (written) => {
        const holdBack = createHoldBack(weatherNames);
        const shown = written.map((piece) => holdBack.push(piece)).join('');
        expect(shown + holdBack.held).toBe(written.join(''));
        const whole = salvageCalls(written.join(''), weatherNames);
        expect(whole.text.startsWith(shown)).toBe(true);
        // At the end the shown text is not read again, and the calls are the same.
        expect([whole, undefined]).toContainEqual(holdBack.finish(written.join('')));
      }),
      { numRuns: 3 * propertyRuns },
    );
  });

  test('prose in which no call can begin is shown at once', () => {
    const prose = fc.string({ unit: fc.constantFrom(...'abc ABC.,!?()\n"\'-*0189é中😀') });
    fc.assert(
      fc.property(fc.array(prose), (written) => {
        const holdBack = createHoldBack(weatherNames);
        fc.pre(!/(^|[\n:])\s*[gspcatA*]|[.!?]\s*[Aac]/.test(written.join('')));
        expect(written.map((piece) => holdBack.push(piece))).toEqual(written);
      }),
      runs,
    );
  });

  test('a call that is cut anywhere is never readable', () => {
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
        const { calls: found } = salvageCalls(whole.slice(0, at % whole.length), weatherNames);
        expect(found.filter(({ readable }) => readable)).toEqual([]);
      }),
      { numRuns: 3 * propertyRuns },
    );
  });
});
