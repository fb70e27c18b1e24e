import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { z } from 'zod';
import { anyText } from '../../../../scripts/any-text.ts';
import type { JsonObject } from '../../src/json.ts';
import { toSchema } from '../../src/schema/convert/to-schema.ts';
import { printSchema, printSignature } from '../../src/schema/signature/signature.ts';

const oddText = fc.string({
  unit: fc.oneof(
    fc.constantFrom('\n', '\r', '\u0085', '\u2028', '\u2029', '"', '*/'),
    anyText({ maxLength: 1 }),
  ),
});

describe('printSignature', () => {
  test('a tool is one line', () => {
    const parameters = toSchema(
      z.object({
        city: z.string().describe('city and country'),
        days: z.int().min(1).max(14).default(3),
        unit: z.enum(['C', 'F']).optional(),
      }),
    ).jsonSchema;
    expect(
      printSignature({
        name: 'get_weather',
        description: 'Current weather of a city.',
        parameters,
      }),
    ).toBe(
      'get_weather(city: string /* city and country */, days?: int = 3 /* 1 to 14 */, unit?: "C" | "F")  # Current weather of a city.',
    );
  });

  test('a tool without parameters and description is a name', () => {
    expect(printSignature({ name: 'now', description: '', parameters: { type: 'object' } })).toBe(
      'now()',
    );
  });

  test('a type that refers to itself gets its own line', () => {
    const node = z.object({
      name: z.string(),
      get children() {
        return z.array(node).optional();
      },
    });
    const parameters = toSchema(z.object({ tree: node, other: node })).jsonSchema;
    expect(printSignature({ name: 'save', description: 'Saves.', parameters })).toBe(
      'save(tree: Tree, other: Tree)  # Saves.\n  type Tree = {name: string, children?: Tree[]}',
    );
  });

  test('line breaks and control characters become spaces, and no text can end a comment', () => {
    const parameters = {
      properties: { a: { type: 'string', description: 'one\n\u0007`two` */ # x' } },
    };
    expect(printSignature({ name: 'f', description: ' A\r\n\tB\u2028C ', parameters })).toBe(
      'f(a?: string /* one `two` * / # x */)  # A B C',
    );
  });

  test('it is one line for any descriptions and names', () => {
    fc.assert(
      fc.property(oddText, oddText, (text, key) => {
        const parameters: JsonObject = {
          type: 'object',
          properties: {
            [key]: { type: 'string', description: text, default: text, pattern: text },
          },
        };
        const signature = printSignature({ name: 'f', description: text, parameters });
        expect(signature).not.toMatch(/[\n\r\u0085\u2028\u2029]/);
      }),
    );
  });
});

test.each<[string, JsonObject]>([
  ['any', {}],
  ['string', { type: 'string' }],
  ['string | null', { type: ['string', 'null'] }],
  ['string | null', { type: 'string', nullable: true }],
  ['string | int', { anyOf: [{ type: 'string' }, { type: 'integer' }] }],
  ['(string | null)[]', { type: 'array', items: { type: ['string', 'null'] } }],
  ['"a|b"[]', { type: 'array', items: { const: 'a|b' } }],
  ['any[]', { type: 'array' }],
  ['[string, number]', { type: 'array', items: [{ type: 'string' }, { type: 'number' }] }],
  [
    '[string, ...int[]]',
    { type: 'array', prefixItems: [{ type: 'string' }], items: { type: 'integer' } },
  ],
  ['"a" | 1 | null', { enum: ['a', 1, null] }],
  ['object', { type: 'object' }],
  ['{}', { type: 'object', properties: {}, additionalProperties: false }],
  ['{[key: string]: number}', { type: 'object', additionalProperties: { type: 'number' } }],
  [
    '{a: string, "b c"?: boolean[]}',
    {
      type: 'object',
      properties: { a: { type: 'string' }, 'b c': { type: 'array', items: { type: 'boolean' } } },
      required: ['a'],
    },
  ],
  [
    '{a?: string} & ({b?: int} | {c?: int})',
    {
      type: 'object',
      properties: { a: { type: 'string' } },
      oneOf: [
        { properties: { b: { type: 'integer' } } },
        { properties: { c: { type: 'integer' } } },
      ],
    },
  ],
  [
    '{a?: string}',
    { type: 'object', properties: { a: { type: 'string' } }, anyOf: [{ required: ['a'] }] },
  ],
  [
    '{a?: string /* date-time; matches /^\\d{4}-/ */}',
    { properties: { a: { type: 'string', format: 'date-time', pattern: '^\\d{4}-' } } },
  ],
  ['{a?: string /* starts with "a" */}', { properties: { a: { type: 'string', pattern: '^a' } } }],
  [
    '{a?: number /* > 0 and <= 9; multiple of 3 */}',
    { properties: { a: { type: 'number', exclusiveMinimum: 0, maximum: 9, multipleOf: 3 } } },
  ],
  [
    '{a?: int}',
    {
      properties: {
        a: { type: 'integer', minimum: Number.MIN_SAFE_INTEGER, maximum: Number.MAX_SAFE_INTEGER },
      },
    },
  ],
  [
    '{a?: string[] /* Tags; 1 to 3 items; e.g. ["x"] */}',
    {
      properties: {
        a: {
          type: 'array',
          items: { type: 'string' },
          minItems: 1,
          maxItems: 3,
          description: 'Tags.',
          examples: [['x']],
        },
      },
    },
  ],
])('prints %s', (type, schema) => {
  expect(printSchema(schema)).toBe(type);
});

describe('a required parameter with a default', () => {
  test.each<[string, JsonObject, string]>([
    ['a number', { type: 'number', default: 3 }, 'f(x: number /* usually 3 */)'],
    ['an enum', { enum: ['a', 'b'], default: 'b' }, 'f(x: "a" | "b" /* usually "b" */)'],
    ['a boolean', { type: 'boolean', default: false }, 'f(x: boolean /* usually false */)'],
  ])('is not printed as optional: %s', (_, x, printed) => {
    const parameters: JsonObject = { type: 'object', properties: { x }, required: ['x'] };
    expect(printSignature({ name: 'f', description: '', parameters })).toBe(printed);
  });
});

describe('descriptions', () => {
  const describe = (description: string): string =>
    printSignature({
      name: 'f',
      description: '',
      parameters: { type: 'object', properties: { a: { type: 'string', description } } },
    });

  test.each<readonly [string, string, string]>([
    [
      'a paragraph with code and a link',
      '<p>The <code>Arn</code> of the <b>role</b>, see <a href="https://docs.example/r?a=1">Roles</a>.</p>',
      'The `Arn` of the role, see Roles',
    ],
    [
      'a list',
      '<p>One of</p> <ul> <li><p> on</p></li> <li>off<br/></li> </ul>',
      'One of - on - off',
    ],
    [
      'entities',
      '<p>Write &lt;name&gt; &amp; &quot;id&quot;, not &amp;lt;.</p>',
      'Write <name> & "id", not &lt;',
    ],
  ])('HTML becomes plain text: %s', (_what, html, text) => {
    expect(describe(html)).toBe(`f(a?: string /* ${text} */)`);
  });

  test.each([
    'Text with the tags <b>, <i> and <a href="…"> of HTML',
    'Is a < b and c > d',
    '<id> of the order',
    'Wrap it in <p>…</p>',
  ])('a text that only mentions tags stays: %s', (text) => {
    expect(describe(text)).toBe(`f(a?: string /* ${text} */)`);
  });

  test('an alternative does not repeat the description of its property', () => {
    const parameters = toSchema({
      type: 'object',
      properties: {
        a: {
          description: 'The guide',
          anyOf: [
            { type: 'string', minLength: 3, description: 'The guide' },
            { type: 'integer', description: 'Its number' },
            { type: 'null' },
          ],
        },
      },
    }).jsonSchema;
    expect(printSignature({ name: 'f', description: '', parameters })).toBe(
      'f(a?: string /* at least 3 characters */ | int /* Its number */ | null /* The guide */)',
    );
  });
});

test('a text that holds encoded bytes names the encoding and the media type', () => {
  const file = { type: 'string', contentEncoding: 'base64', contentMediaType: 'image/png' };
  expect(printSchema({ type: 'object', properties: { file } })).toBe(
    '{file?: string /* base64; image/png */}',
  );
});

test('a smallest number of 0 is omitted', () => {
  const a = { type: 'string', minLength: 0, maxLength: 9 };
  const b = { type: 'array', items: { type: 'string' }, minItems: 0 };
  expect(printSchema({ type: 'object', properties: { a, b } })).toBe(
    '{a?: string /* at most 9 characters */, b?: string[]}',
  );
});

test('an item with a description has brackets, also after texts in quotes', () => {
  const items = {
    type: 'object',
    description: 'A group',
    properties: { by: { enum: ['a group', 'a tag'] } },
  };
  expect(printSchema({ type: 'object', properties: { groups: { type: 'array', items } } })).toBe(
    '{groups?: ({by?: "a group" | "a tag"} /* A group */)[]}',
  );
});
