import { isJsonObject, type JsonObject, type JsonValue } from '../../src/json.ts';
import { mapSubschemas } from '../../src/schema/json-schema/map-subschemas.ts';
import { annotationKeywords } from '../../src/schema/json-schema/rewrite-old-keywords.ts';
import { isPatternOfFormat } from '../../src/schema/signature/format-patterns.ts';
import { printSignature, type SignatureSource } from '../../src/schema/signature/signature.ts';
import { type Path, replaceAt, type SignatureFact, withoutRepeats } from './signature-fact.ts';

/** The facts that were checked, and those that the signature does not show. */
export interface SignatureCheck {
  readonly checked: number;
  readonly lost: readonly SignatureFact[];
}

/** Largest number of facts of one tool that are checked; of more, every n-th is taken. */
const maxFacts = 400;

/**
 * Finds the facts that a signature loses: each is changed in the schema, and the signature must change with it. Facts that
 * another one includes, such as the type next to an enum, do not count; neither does `additionalProperties: false`,
 * because a signature lists all keys.
 */
export function findLostFacts(source: SignatureSource): SignatureCheck {
  const all = factsOf(source.parameters, source.parameters, []);
  const facts = all.filter((_, index) => index % Math.ceil(all.length / maxFacts) === 0);
  const signature = printSignature(source);
  const isShown = (parameters: JsonObject) =>
    printSignature({ ...source, parameters }) !== signature;
  const lost = facts.filter(
    (fact) =>
      !isShown(fact.without) &&
      !isShown(withoutRepeats(source.parameters, fact, all) ?? fact.without),
  );
  return { checked: facts.length, lost };
}

function factsOf(root: JsonObject, whole: JsonObject, path: Path): SignatureFact[] {
  const schema = onlyApplicable(whole);
  const fact = (name: string, changed: JsonObject): SignatureFact => ({
    name: `/${path.join('/')}: ${name}`,
    without: replaceAt(root, path, changed),
    path,
    label: name,
    changed,
  });
  const facts = [
    ...valueFacts(schema, fact, isKnownObject(root, schema, path)),
    ...unionFacts(schema, fact),
    ...memberFacts(schema, fact),
    ...ruleFacts(schema, fact),
  ];
  mapSubschemas(schema, (part, below) => {
    if (isJsonObject(part)) facts.push(...factsOf(root, part, [...path, ...below]));
    return part;
  });
  return facts;
}

const appliesTo: readonly (readonly [type: string, keywords: RegExp])[] = [
  ['array', /^(?:items|prefixItems|additionalItems|contains|uniqueItems|m..(?:Items|Contains))$/],
  ['object', /^(?:.*[pP]roperties|propertyNames|required|depend.*)$/],
  ['string', /^(?:pattern|m..Length)$/],
];

/** Without keywords that have no effect, such as `items` of an object. */
function onlyApplicable(schema: JsonObject): JsonObject {
  if (schema.type === undefined) return schema;
  const types = [schema.type].flat();
  return Object.fromEntries(
    Object.entries(schema).filter(([keyword]) =>
      appliesTo.every(([type, keywords]) => types.includes(type) || !keywords.test(keyword)),
    ),
  );
}

/** The parameters of a function are an object, and so are the parts of an object. */
function isKnownObject(root: JsonObject, { type }: JsonObject, path: Path): boolean {
  if (path.length === 0) return true;
  if (type !== 'object') return false;
  const reference = `#/${path.join('/')}`;
  const definitions = Object.entries(isJsonObject(root.$defs) ? root.$defs : {});
  const otherNames = definitions.flatMap(([name, part]) =>
    isJsonObject(part) && part.$ref === reference ? [`#/$defs/${name}`] : [],
  );
  return (
    path.includes('allOf') || [reference, ...otherNames].some((name) => isPartOfAll(root, name))
  );
}

/** Whether a definition is a part of an `allOf`. */
function isPartOfAll(schema: JsonValue, reference: string): boolean {
  if (!isJsonObject(schema)) return false;
  const parts = listOf(schema.allOf).filter(isJsonObject);
  let isFound = parts.some(({ $ref }) => $ref === reference);
  mapSubschemas(schema, (part) => {
    isFound ||= isPartOfAll(part, reference);
    return part;
  });
  return isFound;
}

type MakeFact = (name: string, changed: JsonObject) => SignatureFact;

function valueFacts(schema: JsonObject, fact: MakeFact, isKnownType: boolean): SignatureFact[] {
  const { type, enum: values } = schema;
  if ('const' in schema) return [fact('const', { ...schema, const: '\u2260' })];
  if (Array.isArray(values)) {
    const all = values as readonly JsonValue[];
    const some = new Set([0, all.length >> 1, all.length - 1]);
    return [...some].map((at) =>
      fact(`enum ${JSON.stringify(all[at])}`, {
        ...schema,
        enum: all.map((value, index) => (index === at ? '\u2260' : value)),
      }),
    );
  }
  if (Array.isArray(type) && type.length > 1) {
    return type.map((name: JsonValue) =>
      fact(`type ${String(name)}`, { ...schema, type: type.filter((each) => each !== name) }),
    );
  }
  if (isKnownType || type === undefined || 'allOf' in schema || '$ref' in schema) return [];
  const other = type === 'integer' ? 'number' : type === 'boolean' ? 'string' : 'boolean';
  return [fact(`type ${String(type)}`, { ...schema, type: other })];
}

function unionFacts(schema: JsonObject, fact: MakeFact): SignatureFact[] {
  return ['anyOf', 'oneOf'].flatMap((keyword) => {
    const branches = listOf(schema[keyword]);
    const plain = branches.map((branch) => JSON.stringify(withoutAnnotations(branch)));
    // A branch that allows everything, or that is there twice, decides nothing.
    if (keyword === 'anyOf' && plain.some((text) => text === '{}' || text === 'true')) return [];
    return branches.flatMap((_, at) => {
      const isTwice = plain.filter((text) => text === plain[at]).length > 1;
      if (isTwice) return [];
      const others = branches.filter((_branch, index) => index !== at);
      const { [keyword]: _union, ...rest } = schema;
      const changed = others.length === 0 ? rest : { ...schema, [keyword]: others };
      return [fact(`${keyword} ${at}`, changed)];
    });
  });
}

function memberFacts(schema: JsonObject, fact: MakeFact): SignatureFact[] {
  const { required, properties, propertyNames, additionalProperties, patternProperties } = schema;
  const names = listOf(required);
  const keys = isJsonObject(propertyNames) ? listOf(propertyNames.enum) : [];
  const remove = (keyword: string, value: JsonValue | undefined, name: string): SignatureFact[] => {
    if (!isJsonObject(value)) return [];
    const { [name]: _, ...others } = value;
    return [fact(`${keyword} ${name}`, { ...schema, [keyword]: others })];
  };
  const { additionalProperties: _, ...closed } = schema;
  return [
    ...[...new Set(names)].map((name) =>
      fact(`required ${String(name)}`, {
        ...schema,
        required: names.filter((each) => each !== name),
      }),
    ),
    ...membersOf(properties).flatMap((name) => remove('properties', properties, name)),
    ...membersOf(patternProperties).flatMap((name) =>
      remove('patternProperties', patternProperties, name),
    ),
    ...(keys.length > 0 ? [fact('keys', { ...schema, propertyNames: { enum: ['\u2260'] } })] : []),
    ...(hasRules(additionalProperties) ? [fact('additionalProperties', closed)] : []),
  ];
}

const numbers = [
  ...['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'multipleOf'],
  ...['minLength', 'maxLength', 'minItems', 'maxItems', 'minProperties', 'maxProperties'],
  ...['minContains', 'maxContains'],
];
const others = [
  ...['format', 'pattern', 'not', 'contains', 'uniqueItems', 'if', 'items', 'prefixItems'],
  ...['dependentRequired', 'dependentSchemas', 'dependencies', 'propertyNames'],
  ...['contentEncoding', 'contentMediaType'],
];

function ruleFacts(schema: JsonObject, fact: MakeFact): SignatureFact[] {
  const facts = numbers
    .filter((keyword) => keyword in schema && !isEmptyRule(schema, keyword))
    .flatMap((keyword) => [
      fact(`${keyword} ${String(schema[keyword])}`, {
        ...schema,
        [keyword]: Number(schema[keyword]) + 7,
      }),
      fact(`${keyword} ${String(schema[keyword])} (removed)`, withoutKey(schema, keyword)),
    ]);
  const removed = others
    .filter((keyword) => keyword in schema && !isEmptyRule(schema, keyword))
    .map((keyword) =>
      fact(
        `${keyword} ${JSON.stringify(schema[keyword]).slice(0, 60)}`,
        withoutKey(schema, keyword),
      ),
    );
  return [...facts, ...removed];
}

/** Whether a keyword excludes no value: no text is shorter than 0, every parsed number is a safe integer. */
function isEmptyRule(schema: JsonObject, keyword: string): boolean {
  const value = schema[keyword];
  if (/^min(?!imum)/.test(keyword)) {
    const tuple = listOf(schema.prefixItems ?? schema.items);
    return value === 0 || (keyword === 'minItems' && Number(value) <= tuple.length);
  }
  switch (keyword) {
    case 'maxItems':
      return Array.isArray(schema.prefixItems ?? schema.items);
    case 'minimum':
      return value === Number.MIN_SAFE_INTEGER;
    case 'maximum':
      return value === Number.MAX_SAFE_INTEGER;
    case 'pattern':
      return 'format' in schema && isPatternOfFormat(String(value));
    case 'items':
      return !isJsonObject(value) || !hasRules(value);
    case 'propertyNames':
      return (
        isJsonObject(value) &&
        ('enum' in value || JSON.stringify(withoutAnnotations(value)) === '{"type":"string"}')
      );
    case 'contentEncoding':
      return value === schema.format;
    case 'if':
      return !('then' in schema || 'else' in schema);
    default:
      return (
        value === false ||
        (isJsonObject(value) &&
          keyword !== 'not' &&
          keyword !== 'contains' &&
          Object.keys(value).length === 0)
      );
  }
}

function hasRules(schema: JsonValue | undefined): boolean {
  return isJsonObject(schema) && Object.keys(withoutAnnotations(schema)).length > 0;
}

function withoutAnnotations(schema: JsonValue): JsonObject {
  if (!isJsonObject(schema)) return { always: schema };
  const kept = Object.entries(schema).filter(
    ([keyword]) => !annotationKeywords.has(keyword) && !keyword.startsWith('x-'),
  );
  return mapSubschemas(Object.fromEntries(kept), (part) =>
    isJsonObject(part) ? withoutAnnotations(part) : part,
  );
}

function withoutKey(schema: JsonObject, keyword: string): JsonObject {
  const { [keyword]: _, ...rest } = schema;
  return rest;
}

function membersOf(value: JsonValue | undefined): string[] {
  return isJsonObject(value) ? Object.keys(value) : [];
}

function listOf(value: JsonValue | undefined): readonly JsonValue[] {
  return Array.isArray(value) ? value : [];
}
