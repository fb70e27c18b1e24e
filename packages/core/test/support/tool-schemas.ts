import type { JsonObject } from '../../src/json.ts';

const text = { type: 'string' };
const whole = { type: 'integer' };
const object = (properties: JsonObject, more: JsonObject = {}): JsonObject => ({
  type: 'object',
  properties,
  ...more,
});
const closed = { additionalProperties: false };
const list = (items: JsonObject, more: JsonObject = {}): JsonObject => ({
  type: 'array',
  items,
  ...more,
});
const orNull = (schema: JsonObject): JsonObject => ({ anyOf: [schema, { type: 'null' }] });
/** Keywords whose names are also those of functions of a promise, as text. */
const parse = (json: string) => JSON.parse(json) as JsonObject;

/** Parameters of the kinds that tools of MCP servers and operations of OpenAPI documents have, by what is special about them. */
export const toolSchemas: Readonly<Record<string, JsonObject>> = {
  'no parameters': object({}),
  'no parameters, closed': object({}, closed),
  'no properties': { type: 'object' },
  'one text': object({ path: text }, { required: ['path'] }),
  'optional texts': object({ path: text, encoding: { type: 'string', default: 'utf8' } }, closed),
  'an enum with a default': object({
    sort: { type: 'string', enum: ['asc', 'desc'], default: 'asc' },
  }),
  'an enum of mixed values': object(
    { level: { enum: [1, 2, 'high', null, true] } },
    { required: ['level'] },
  ),
  'an enum of numbers': object({ size: { type: 'number', enum: [0.5, 1, 2] } }),
  'a constant': object({ kind: { const: 'issue' }, id: whole }, { required: ['kind'] }),
  'a page and its size': object({
    page: { type: 'integer', minimum: 1, default: 1 },
    per_page: { type: 'integer', minimum: 1, maximum: 100, default: 30 },
  }),
  'exclusive limits': object({
    ratio: { type: 'number', exclusiveMinimum: 0, exclusiveMaximum: 1 },
  }),
  'a multiple': object({ cents: { type: 'integer', multipleOf: 5, minimum: 0 } }),
  'lengths of texts': object(
    { title: { type: 'string', minLength: 1, maxLength: 20 } },
    { required: ['title'] },
  ),
  'an anchored pattern': object(
    { sha: { type: 'string', pattern: '^[0-9a-f]{7,40}$' } },
    { required: ['sha'] },
  ),
  'a pattern without anchors': object({ branch: { type: 'string', pattern: 'feature/' } }),
  'a pattern with a class': object({ code: { type: 'string', pattern: '^\\d{3}-\\w+$' } }),
  dates: object({
    since: { type: 'string', format: 'date' },
    at: { type: 'string', format: 'date-time' },
  }),
  'addresses of a network': object({
    url: { type: 'string', format: 'uri' },
    host: { type: 'string', format: 'hostname' },
    ip: { type: 'string', format: 'ipv4' },
    mail: { type: 'string', format: 'email' },
    id: { type: 'string', format: 'uuid' },
  }),
  'an unknown format': object({ color: { type: 'string', format: 'hex-color', minLength: 4 } }),
  'a list of texts': object({ paths: list(text, { minItems: 1 }) }, { required: ['paths'] }),
  'a list of enums': object({
    fields: list({ enum: ['id', 'name', 'owner'] }, { uniqueItems: true, maxItems: 3 }),
  }),
  'a list of edits': object(
    {
      path: text,
      edits: list(
        object({ oldText: text, newText: text }, { required: ['oldText', 'newText'], ...closed }),
      ),
      dryRun: { type: 'boolean', default: false },
    },
    { required: ['path', 'edits'], ...closed },
  ),
  'a list of limited numbers': object({
    scores: list({ type: 'number', minimum: 0, maximum: 10 }),
  }),
  'a list of lists': object({ rows: list(list({ type: ['string', 'number', 'null'] })) }),
  'a tuple': object({
    point: {
      type: 'array',
      prefixItems: [{ type: 'number' }, { type: 'number' }],
      minItems: 2,
      items: false,
    },
  }),
  'a list that contains a value': object({
    roles: list(text, { contains: { const: 'owner' }, maxContains: 1 }),
  }),
  'a value or null': object({
    limit: orNull({ type: 'integer', minimum: 1 }),
    cursor: { type: ['string', 'null'] },
  }),
  'a text or a list': object(
    { to: { anyOf: [text, list(text, { minItems: 1 })] } },
    { required: ['to'] },
  ),
  'a number or a text': object({ id: { type: ['integer', 'string'], minLength: 2, minimum: 3 } }),
  'alternatives with a constant': object(
    {
      target: {
        oneOf: [
          object({ type: { const: 'page' }, page_id: text }, { required: ['type', 'page_id'] }),
          object(
            { type: { const: 'database' }, database_id: text, limit: whole },
            { required: ['type', 'database_id'] },
          ),
        ],
      },
    },
    { required: ['target'] },
  ),
  'alternatives at the top': {
    type: 'object',
    anyOf: [
      object({ query: text }, { required: ['query'] }),
      object({ ids: list(whole, { minItems: 1 }) }, { required: ['ids'] }),
    ],
  },
  'members next to alternatives': object(
    { owner: text, repo: text },
    {
      required: ['owner'],
      oneOf: [{ required: ['repo'] }, { properties: { org: { const: true } }, required: ['org'] }],
    },
  ),
  'one of two names': object(
    { id: text, name: text },
    { anyOf: [{ required: ['id'] }, { required: ['name'] }] },
  ),
  'parts that hold together': {
    allOf: [
      object({ a: text }, { required: ['a'] }),
      object({ b: { type: 'integer', minimum: 2 } }, { required: ['b'] }),
    ],
    type: 'object',
  },
  'a nested object': object(
    {
      options: object(
        {
          retry: object(
            { count: { type: 'integer', minimum: 0, maximum: 5 }, delay: { type: 'number' } },
            { required: ['count'] },
          ),
        },
        { required: ['retry'] },
      ),
    },
    { required: ['options'] },
  ),
  'parts that state the same': object(
    { owner: { $ref: '#/$defs/Owner' } },
    {
      required: ['owner'],
      $defs: {
        Owner: {
          allOf: [{ $ref: '#/$defs/Named' }],
          properties: { name: text, age: whole },
          required: ['name'],
        },
        Named: { type: 'object', properties: { name: text }, required: ['name'] },
      },
    },
  ),
  'a record of texts': object({ headers: { type: 'object', additionalProperties: text } }),
  'a record of limited numbers': object({
    weights: {
      type: 'object',
      additionalProperties: { type: 'number', minimum: 0 },
      minProperties: 1,
    },
  }),
  'a record with listed keys': object({
    hours: {
      type: 'object',
      propertyNames: { enum: ['mon', 'tue'] },
      additionalProperties: { type: 'integer', maximum: 24 },
    },
  }),
  'a record with keys of a pattern': object({
    labels: { type: 'object', propertyNames: { pattern: '^[a-z]+$' }, additionalProperties: text },
  }),
  'keys by pattern': object({
    env: { type: 'object', patternProperties: { '^[A-Z]+$': text }, ...closed },
  }),
  'an open object': object({
    properties: { type: 'object', properties: {}, additionalProperties: true },
  }),
  'any value': object({ value: {}, other: true }, { required: ['value'] }),
  'a member that is refused': object({ a: text, b: false }, { required: ['a'] }),
  'a reference': object(
    { parent: { $ref: '#/$defs/Parent' } },
    {
      $defs: {
        Parent: object({ page_id: { type: 'string', minLength: 3 } }, { required: ['page_id'] }),
      },
    },
  ),
  'a part that is another name of a definition': object(
    {
      disk: { allOf: [{ $ref: '#/$defs/Named' }, object({ size: whole }, { required: ['size'] })] },
    },
    {
      $defs: {
        Named: { allOf: [{ $ref: '#/$defs/Resource' }], description: 'Anything with a name.' },
        Resource: object(
          {
            name: { type: 'string', maxLength: 24 },
            tags: list(text, { description: 'Tags of every kind. '.repeat(9) }),
          },
          { required: ['name'] },
        ),
      },
    },
  ),
  'a reference used twice': object(
    { from: { $ref: '#/$defs/Point' }, to: { $ref: '#/$defs/Point' } },
    {
      required: ['from', 'to'],
      $defs: {
        Point: object(
          {
            lat: { type: 'number', minimum: -90, maximum: 90 },
            lon: { type: 'number', minimum: -180, maximum: 180 },
          },
          { required: ['lat', 'lon'] },
        ),
      },
    },
  ),
  'a definition that refers to itself': object(
    { filter: { $ref: '#/$defs/Filter' } },
    {
      required: ['filter'],
      $defs: {
        Filter: {
          anyOf: [
            object({ field: text, equals: text }, { required: ['field', 'equals'], ...closed }),
            object(
              { and: list({ $ref: '#/$defs/Filter' }, { minItems: 1 }) },
              { required: ['and'], ...closed },
            ),
          ],
        },
      },
    },
  ),
  'a definition that refers to itself in an allOf': object(
    {
      where: { $ref: '#/$defs/Condition' },
      also: { allOf: [{ $ref: '#/$defs/Condition' }], description: 'More.' },
    },
    {
      required: ['where'],
      $defs: {
        Condition: object({
          or: list({ $ref: '#/$defs/Condition' }),
          not: { allOf: [{ $ref: '#/$defs/Condition' }, { description: 'The opposite.' }] },
          strict: { allOf: [{ $ref: '#/$defs/Condition' }, { required: ['key'] }] },
          key: { type: 'string', minLength: 2 },
        }),
      },
    },
  ),
  'a long enum': object({
    country: { enum: ['AT', 'BE', 'CH', 'DE', 'FR', 'IT', 'NL'] },
    all: list({ enum: ['a', 'b', 'c', 'd', 'e', 'f'] }),
  }),
  'a name that needs another': object(
    { start_line: whole, end_line: whole },
    { dependentRequired: { end_line: ['start_line'] } },
  ),
  'a condition': parse(
    '{"type":"object","properties":{"mode":{"enum":["file","text"]},"path":{"type":"string"}},"required":["mode"],"if":{"properties":{"mode":{"const":"file"}}},"then":{"required":["path"]}}',
  ),
  'excluded values': object(
    { name: { type: 'string', not: { enum: ['root', ''] } } },
    { required: ['name'] },
  ),
  'the number of members': object(
    { a: text, b: text, c: text },
    { minProperties: 1, maxProperties: 2, ...closed },
  ),
  'names with signs': object(
    { 'content-type': text, 'a.b': whole, 'say "hi"': { type: 'boolean' }, $top: whole },
    { required: ['say "hi"'] },
  ),
  'names of keywords': object(
    { type: text, required: { type: 'boolean' }, enum: list(text), $ref: text },
    { required: ['type'] },
  ),
};
