import { describe, expect, test } from '@jest/globals';
import { toCallableNames } from '../../../src/dialect/salvage/callable-name.ts';
import { salvageCalls } from '../../../src/dialect/salvage/salvage-calls.ts';
import type { JsonValue } from '../../../src/json.ts';
import { callsIn, read, repairsIn } from './weather-tools.ts';

describe('Python lists', () => {
  test('all calls of a list are read in order', () => {
    expect(callsIn('[get_weather(city="Paris", days=3), get_time()]')).toEqual([
      ['get_weather', { city: 'Paris', days: 3 }],
      ['get_time', {}],
    ]);
  });

  test('each call keeps its own source', () => {
    const texts = read('[get_weather(city="Paris"), get_time( )]').calls.map(({ text }) => text);
    expect(texts).toEqual(['get_weather(city="Paris")', 'get_time( )']);
  });

  test('several lists one after another are read together', () => {
    const text = '[get_time()]\n[get_weather(city="A")] [get_time()], [get_time()]';
    expect(callsIn(text)).toHaveLength(4);
  });

  test('dotted and hyphenated names, keywords and hyphens as parameter names are read', () => {
    expect(callsIn('[srv.list-files(from="a", x-y="b", class=1)]')).toEqual([
      ['srv.list-files', { from: 'a', 'x-y': 'b', class: 1 }],
    ]);
  });

  test('a parameter may begin with any character that begins a name in Python', () => {
    // Mongolian letters that Unicode lists as marks.
    expect(callsIn('[get_time(\u1885=[], days={\u1886: 1})]')).toEqual([
      ['get_time', { '\u1885': [], days: { '\u1886': 1 } }],
    ]);
  });

  test('prose before and after is kept byte for byte', () => {
    const found = read('Sure! [get_time()]\n\nDone.');
    expect(found.calls).toHaveLength(1);
    expect(found.text).toBe('Sure! \n\nDone.');
  });

  test('a call of an unknown tool is read together with a call of an active tool', () => {
    expect(callsIn('[open_door(a=1), get_time()]')).toEqual([
      ['open_door', { a: 1 }],
      ['get_time', {}],
    ]);
  });
});

describe('Python values', () => {
  const values: [string, JsonValue][] = [
    ['"a"', 'a'],
    ["'a'", 'a'],
    ['True', true],
    ['true', true],
    ['False', false],
    ['None', null],
    ['null', null],
    ['-5', -5],
    ['+3', 3],
    ['- 4', -4],
    ['1.5', 1.5],
    ['.5', 0.5],
    ['1.', 1],
    ['-2.5e-3', -0.0025],
    ['1E+2', 100],
    ['1_000', 1000],
    ['0x1F', 31],
    ['0', 0],
    ['[1, "a", [2]]', [1, 'a', [2]]],
    ['[1, 2,]', [1, 2]],
    ['(1, 2)', [1, 2]],
    ['(1,)', [1]],
    ['(1)', 1],
    ['()', []],
    ['{}', {}],
    ['{"a": {"b": [None, True]}, 2: 3}', { a: { b: [null, true] }, '2': 3 }],
    ['"a" "b"', 'ab'],
    ['"""two\nlines"""', 'two\nlines'],
    ["'''it's'''", "it's"],
    ['r"C:\\new"', 'C:\\new'],
    ['"\\n\\t\\r\\\\\\"\\\'"', '\n\t\r\\"\''],
    ['"\\x41\\u00e9\\U0001F600\\101"', 'Aé😀A'],
    ['"\\ud83d\\ude00"', '😀'],
    ['"\\d\\/"', '\\d\\/'],
    ['"a\\\nb"', 'ab'],
    ['"smile :) ]"', 'smile :) ]'],
    ['"f(a=1), g()"', 'f(a=1), g()'],
    ['"C:\\\\"', 'C:\\'],
    ['"日本 é"', '日本 é'],
  ];
  test.each(values)('%s is read', (literal, value) => {
    expect(callsIn(`[get_time(a=${literal}, b=1)]`)).toEqual([['get_time', { a: value, b: 1 }]]);
    expect(repairsIn(`[get_time(a=${literal}, b=1)]`)).toEqual([]);
  });

  test.each([
    'city',
    'get_time()',
    '1 + 2',
    '"a" + "b"',
    '"a".upper()',
    'f"{x}"',
    'b"x"',
    '1j',
    '007',
    '{1, 2}',
    'nan',
    '',
    'lambda: 1',
    '[1 2]',
    '"a" if x else "b"',
  ])('%s makes the call unreadable', (literal) => {
    expect(callsIn(`[get_weather(city=${literal}), get_time()]`)).toEqual([
      ['get_weather', 'broken'],
      ['get_time', {}],
    ]);
  });

  test.each(['1e999', '12345678901234567891', '-12345678901234567891', '0xFFFFFFFFFFFFFFFF'])(
    '%s makes the call unreadable if the parameter is a number, and is text if it is a string',
    (literal) => {
      expect(callsIn(`[get_weather(days=${literal})]`)).toEqual([['get_weather', 'broken']]);
      const [, input] = callsIn(`[get_weather(city=${literal})]`)[0] ?? [];
      expect(input).toEqual({ city: literal.startsWith('0x') ? '18446744073709551615' : literal });
    },
  );

  test('comments and line breaks between arguments do not matter', () => {
    const text = '[get_weather(\n  city="Paris",  # the (capital\n  days=3,\n)]';
    expect(callsIn(text)).toEqual([['get_weather', { city: 'Paris', days: 3 }]]);
  });
});

describe('positional arguments', () => {
  test('get their names from the schema in its order', () => {
    expect(callsIn('[get_weather("Paris", 3, metric=True)]')).toEqual([
      ['get_weather', { city: 'Paris', days: 3, metric: true }],
    ]);
    expect(repairsIn('[get_weather("Paris")]')).toEqual(['arguments without names']);
  });

  test('one object whose keys are parameters is the arguments', () => {
    expect(callsIn('[get_weather({"city": "Paris", "days": 3})]')).toEqual([
      ['get_weather', { city: 'Paris', days: 3 }],
    ]);
  });

  test('are unreadable if there are more than parameters, or after a named argument', () => {
    expect(callsIn('[get_time("x")]')).toEqual([['get_time', 'broken']]);
    expect(callsIn('[get_weather(city="x", 3)]')).toEqual([['get_weather', 'broken']]);
  });

  test('are unreadable if an argument is given twice', () => {
    expect(callsIn('[get_weather(city="x", city="y")]')).toEqual([['get_weather', 'broken']]);
    expect(callsIn('[get_weather("x", city="y")]')).toEqual([['get_weather', 'broken']]);
  });
});

describe('repaired Python', () => {
  const repaired: [string, JsonValue, string][] = [
    ['city="Paris"days=3', { city: 'Paris', days: 3 }, 'missing comma between arguments'],
    [
      'a="x"b=1.5c=truez=nulld=[1]e={}',
      { a: 'x', b: 1.5, c: true, z: null, d: [1], e: {} },
      'missing comma between arguments',
    ],
    ["q='Martha's'", { q: "Martha's" }, 'quotes inside quotes'],
    ["q='the boys' room', n=1", { q: "the boys' room", n: 1 }, 'quotes inside quotes'],
    ['q="say "hi" now"', { q: 'say "hi" now' }, 'quotes inside quotes'],
    ["q='it's', r='they're'", { q: "it's", r: "they're" }, 'quotes inside quotes'],
    ["q=['Martha's', 'b']", { q: ["Martha's", 'b'] }, 'quotes inside quotes'],
    ['q="a\nb"', { q: 'a\nb' }, 'line break inside quotes'],
    ['q="C:\\users"', { q: 'C:\\users' }, 'backslash before "u"'],
    ['q={city: "Paris"}', { q: { city: 'Paris' } }, 'key without quotes'],
  ];
  test.each(repaired)('%s', (args, value, repair) => {
    expect(callsIn(`[get_time(${args})]`)).toEqual([['get_time', value]]);
    expect(repairsIn(`[get_time(${args})]`)).toContain(repair);
  });

  test.each([
    'city="Paris, days="3"',
    'city="Paris, days=3, tags=["a"]',
    "city='Paris, metric='x'",
    'tags=["a, "b"]',
    'place={"a": "x, "b": "y"}',
    'city="5" tall"',
    "city='He said 'yes', then left'",
    'city="a" b" c, days=3"',
  ])('%s is unreadable: a quote may be missing', (args) => {
    expect(callsIn(`[get_weather(${args}), get_time()]`).at(0)).toEqual(['get_weather', 'broken']);
  });
});

describe('Python that is not complete', () => {
  test.each([
    '[get_weather(city="Par',
    '[get_weather(city="Paris"',
    '[get_weather(city="Paris")',
    '[get_weather(city="Paris"), ',
    '[get_weather(city="Paris"), get_ti',
    '[get_weather(city=',
    '[get_weather(city=Tru',
    '[get_weather(tags=["a", ',
    '[get_weather(',
    'get_weather(city="Paris"',
    '```tool_code\n[get_weather(city="Pa',
    '<|python_start|>[get_weather(city="Paris")',
    '[get_weather(city="""Paris"',
  ])('%j is cut', (text) => {
    expect(callsIn(text)).toEqual([['get_weather', 'cut']]);
    expect(read(text).text).toBe('');
  });

  test('a broken call does not affect the others', () => {
    expect(callsIn('[get_time(), get_weather(city=, days=3), get_time(a=1)]')).toEqual([
      ['get_time', {}],
      ['get_weather', 'broken'],
      ['get_time', { a: 1 }],
    ]);
  });

  test('calls before a cut call are readable', () => {
    expect(callsIn('[get_time(), get_weather(city="Par')).toEqual([
      ['get_time', {}],
      ['get_weather', 'cut'],
    ]);
  });

  test('a list that ends with its line instead of a bracket is unreadable', () => {
    expect(callsIn('[get_time(a=1)\n\nLet me see.')).toEqual([['get_time', 'broken']]);
    expect(callsIn('<|python_start|>[get_time()<|python_end|>')).toEqual([['get_time', 'broken']]);
  });

  test('the problem of a broken call is described', () => {
    expect(read('[get_weather(city=Paris)]').calls).toMatchObject([
      { readable: false, problem: expect.stringContaining('"Paris" is not a value') },
    ]);
  });
});

describe('names', () => {
  const tools = toCallableNames([
    {
      name: 'files/read',
      spellings: ['files/read', 'files_read', 'files_read_1f3a'],
      parameters: { type: 'object', properties: { 'full path': { type: 'string' } } },
      parameterAliases: new Map([['full_path', 'full path']]),
    },
  ]);

  test.each(['files/read', 'files_read', 'files_read_1f3a'])(
    'the spelling %s is accepted',
    (spelling) => {
      expect(salvageCalls(`[${spelling}(full_path="/a")]`, tools).calls).toMatchObject([
        { name: 'files/read', arguments: { 'full path': '/a' } },
      ]);
    },
  );

  test.each(['Files_Read', 'files_rea', 'files_reads', 'files.read', ' files_read_1'])(
    'the similar name %s is not accepted',
    (spelling) => {
      expect(salvageCalls(`[${spelling}(full_path="/a")]`, tools).calls).toEqual([]);
    },
  );
});
