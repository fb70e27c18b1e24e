import { isJsonObject, itemsOf, type JsonObject, type JsonValue } from '../../json.ts';
import { countUses, findRecursive } from '../json-schema/definition-references.ts';
import { parseJsonPointer } from '../json-schema/json-pointer.ts';
import { annotationKeywords } from '../json-schema/rewrite-old-keywords.ts';
import { gatherParts, isRuleOnly, resolveReference } from '../json-schema/schema-parts.ts';
import { describeText, toOneLine } from './describe-text.ts';
import { printLiteral } from './print-literal.ts';
import { formatRules, type ShapePrinter } from './schema-rules.ts';

/** Prints the types of one document. */
export interface TypePrinter extends ShapePrinter {
  /** The number of references to each definition. */
  readonly uses: ReadonlyMap<string, number>;
  /** Types that get their own line, by name. */
  readonly named: Map<string, string>;
  /** The references to definitions that contain themselves. */
  readonly recursive: () => ReadonlySet<string>;
}

/** A printer for the schemas of a document whose definitions are under `$defs`. */
export function createPrinter(root: JsonObject): TypePrinter {
  let recursive: ReadonlySet<string> | undefined;
  const printer: TypePrinter = {
    root,
    uses: countUses(root),
    named: new Map(),
    recursive: () => (recursive ??= findRecursive(root)),
    printShape: (schema) => printPart(printer, schema),
  };
  return printer;
}

/** The members of an object schema, each as `name: type`; those of `allOf` are included. */
export function printMembers(printer: TypePrinter, schema: JsonObject): string[] {
  const parts = gatherParts(printer.root, schema);
  const required = new Set(parts.flatMap((part) => itemsOf(part.required)));
  const members = new Map<string, JsonValue[]>();
  for (const [name, property] of parts.flatMap((part) => propertiesOf(part))) {
    members.set(name, [...(members.get(name) ?? []), property]);
  }
  for (const name of required) {
    if (typeof name === 'string' && !members.has(name)) members.set(name, [true]);
  }
  const printed = [...members].map(([name, [first = true, ...others]]) => {
    const property = others.length === 0 ? first : { allOf: [first, ...others] };
    return printMember(printer, name, property, required.has(name));
  });
  return [...printed, ...parts.flatMap((part) => printOtherKeys(printer, part))];
}

/** The properties of a schema; the keys of a record whose keys are listed count as properties. */
function propertiesOf(schema: JsonObject): (readonly [string, JsonValue])[] {
  const { properties, propertyNames, additionalProperties } = schema;
  const own = Object.entries(isJsonObject(properties) ? properties : {});
  const keys = isJsonObject(propertyNames) ? itemsOf(propertyNames.enum) : [];
  const listed = keys
    .map((key) => [String(key), additionalProperties ?? true] as const)
    .filter(([key]) => !isJsonObject(properties) || !Object.hasOwn(properties, key));
  return [...own, ...listed];
}

function printMember(
  printer: TypePrinter,
  key: string,
  schema: JsonValue,
  isRequired: boolean,
): string {
  const name = /^[\p{XID_Start}_$][\p{XID_Continue}$]*$/u.test(key) ? key : printLiteral(key);
  const property = isJsonObject(schema) ? schema : {};
  const type = printType(printer, schema);
  const { default: preset } = property;
  // A call that leaves out a required property is invalid, also if it has a default. So the default is only a hint.
  const hint = isRequired && preset !== undefined ? `usually ${printLiteral(preset)}` : '';
  const value = isRequired || preset === undefined ? '' : ` = ${printLiteral(preset)}`;
  return `${name}${isRequired ? '' : '?'}: ${type}${value}${printComment(printer, schema, hint)}`;
}

function printOtherKeys(printer: TypePrinter, schema: JsonObject): string[] {
  const { additionalProperties, patternProperties, propertyNames } = schema;
  const patterns = Object.entries(isJsonObject(patternProperties) ? patternProperties : {});
  const isListed = isJsonObject(propertyNames) && Array.isArray(propertyNames.enum);
  const others = isJsonObject(additionalProperties) && !isListed ? [additionalProperties] : [];
  return [
    ...patterns.map(([pattern, value]) => `[key: /${pattern}/]: ${printPart(printer, value)}`),
    ...others.map((value) => `[key: string]: ${printPart(printer, value)}`),
  ];
}

/** A type with its description and rules: the form of an item, an alternative, a value of a record. */
function printPart(printer: TypePrinter, schema: JsonValue): string {
  return `${printType(printer, schema)}${printComment(printer, schema)}`;
}

/** The description and the rules that are not part of the type. Nothing in it can end the comment. */
function printComment(printer: TypePrinter, schema: JsonValue, hint = ''): string {
  if (!isJsonObject(schema)) return '';
  const { $ref, ...siblings } = schema;
  const isInline = typeof $ref === 'string' && !printer.named.has(nameOf($ref));
  const shown = isInline ? { ...resolveReference(printer.root, schema), ...siblings } : siblings;
  const clauses = [
    describe(shown) ?? gatherParts(printer.root, shown).map(describe).find(isText) ?? '',
    ...formatRules(printer, isTuple(shown) ? withoutCounts(shown) : shown),
    ...itemsOf(shown.examples)
      .slice(0, 1)
      .map((example) => `e.g. ${printLiteral(example)}`),
    hint,
  ].filter((clause) => clause !== '');
  if (clauses.length === 0) return '';
  return ` /* ${toOneLine(clauses.join('; ')).replaceAll('*/', '* /')} */`;
}

function describe({ description }: JsonObject): string | undefined {
  const text = typeof description === 'string' ? describeText(description).replace(/\.$/, '') : '';
  return text === '' ? undefined : text;
}

function isText(text: string | undefined): text is string {
  return text !== undefined;
}

function isTuple({ items, prefixItems }: JsonObject): boolean {
  return Array.isArray(items) || Array.isArray(prefixItems);
}

/** Removes the number of items if the type of a tuple already shows it. */
function withoutCounts(schema: JsonObject): JsonObject {
  const { minItems, maxItems, ...rest } = schema;
  const { length } = itemsOf(schema.prefixItems ?? schema.items);
  return {
    ...rest,
    ...(typeof minItems === 'number' && minItems > length && { minItems }),
    ...(typeof maxItems === 'number' && maxItems !== length && { maxItems }),
  };
}

/** The type of a schema, without its description and rules. */
export function printType(printer: TypePrinter, schema: JsonValue): string {
  if (!isJsonObject(schema)) return schema === false ? 'never' : 'any';
  const { $ref, ...siblings } = schema;
  if (typeof $ref === 'string') {
    const name = printReference(printer, schema, $ref);
    const hasRules = Object.keys(siblings).some((keyword) => !annotationKeywords.has(keyword));
    const more = hasRules ? printType(printer, siblings) : 'any';
    return more === 'any' ? name : `${inBrackets(name)} & ${inBrackets(more)}`;
  }
  const recursive = printRecursive(printer, schema);
  if (recursive !== undefined) return recursive;
  const own = printOwnType(printer, schema);
  const rest = printRest(printer, schema);
  const isPlain = own === '' || (own === 'object' && rest.length > 0);
  const types = [...new Set(isPlain ? rest : [own, ...rest])];
  const type = types.length > 1 ? types.map(inBrackets).join(' & ') : (types[0] ?? 'any');
  return schema.nullable === true ? `${type} | null` : type;
}

/** Definitions that contain themselves keep their name in an `allOf`: their members would never end. */
function printRecursive(printer: TypePrinter, schema: JsonObject): string | undefined {
  const parts = itemsOf(schema.allOf).filter(isJsonObject);
  if (!parts.some(({ $ref }) => $ref !== undefined)) return undefined;
  const named = parts.filter(({ $ref }) => printer.recursive().has(String($ref)));
  if (named.length === 0) return undefined;
  const { allOf: _, ...siblings } = schema;
  const others = parts.filter((part) => !named.includes(part));
  const rest = { ...siblings, ...(others.length > 0 && { allOf: others }) };
  const types = [...named, rest].map((part) => printType(printer, part));
  return types
    .filter((type) => type !== 'any' && type !== 'object')
    .map(inBrackets)
    .join(' & ');
}

function printReference(printer: TypePrinter, schema: JsonObject, reference: string): string {
  const name = nameOf(reference);
  const target = resolveReference(printer.root, schema);
  if (printer.named.has(name)) return name;
  if ((printer.uses.get(reference) ?? 0) < 2) return printType(printer, target);
  // Reserved before it is printed, because it may refer to itself.
  printer.named.set(name, '');
  printer.named.set(name, printPart(printer, target));
  return name;
}

function nameOf(reference: string): string {
  return parseJsonPointer(reference)?.at(-1) ?? reference;
}

/** The alternatives and the parts of `allOf` that have a type of their own. An object's parts are among its members. */
export function printRest(printer: TypePrinter, schema: JsonObject): string[] {
  const parts = gatherParts(printer.root, schema);
  const unions = parts.flatMap((part) =>
    [part.anyOf, part.oneOf].map((list) =>
      isRuleOnly(printer.root, itemsOf(list), part.type ?? schema.type)
        ? ''
        : [...new Set(itemsOf(list).map((item) => printAlternative(printer, item, part)))].join(
            ' | ',
          ),
    ),
  );
  const others = isObject(printer, schema)
    ? []
    : parts.slice(1).map((part) => printOwnType(printer, part));
  return [...unions, ...others].filter((text) => text !== '');
}

/** Schema generators often repeat the description of a nullable property in its alternative. */
function printAlternative(printer: TypePrinter, item: JsonValue, union: JsonObject): string {
  if (!isJsonObject(item) || item.description !== union.description)
    return printPart(printer, item);
  const { description: _, ...rest } = item;
  return printPart(printer, rest);
}

function isObject(printer: TypePrinter, schema: JsonObject): boolean {
  return gatherParts(printer.root, schema).some(
    (part) => (part.type ?? impliedType(part)) === 'object',
  );
}

/** Longer lists of values are printed without spaces, in half of the tokens. */
const maxSpacedValues = 5;

function printOwnType(printer: TypePrinter, schema: JsonObject): string {
  if (schema.const !== undefined) return printLiteral(schema.const);
  if (Array.isArray(schema.enum)) {
    const values = schema.enum.map(printLiteral);
    return values.join(values.length > maxSpacedValues ? '|' : ' | ');
  }
  const implied = isObject(printer, schema) ? 'object' : impliedType(schema);
  const types = [schema.type ?? implied].flat();
  return types.map((type) => printNamedType(printer, schema, type)).join(' | ');
}

function impliedType(schema: JsonObject): string {
  const { properties, additionalProperties, patternProperties } = schema;
  if (properties ?? patternProperties ?? isJsonObject(additionalProperties)) return 'object';
  if (itemsOf(schema.required).length > 0) return 'object';
  return 'items' in schema || 'prefixItems' in schema ? 'array' : '';
}

function printNamedType(printer: TypePrinter, schema: JsonObject, type: JsonValue): string {
  if (type === 'object') return printObject(printer, schema);
  if (type === 'array') return printArray(printer, schema);
  return type === 'integer' ? 'int' : String(type);
}

function printObject(printer: TypePrinter, schema: JsonObject): string {
  const members = printMembers(printer, schema).join(', ');
  if (members !== '') return `{${members}}`;
  return schema.additionalProperties === false ? '{}' : 'object';
}

function printArray(printer: TypePrinter, schema: JsonObject): string {
  const { items, prefixItems, additionalItems } = schema;
  const tuple = Array.isArray(prefixItems) ? prefixItems : items;
  const rest = Array.isArray(prefixItems) ? items : additionalItems;
  if (!Array.isArray(tuple)) return `${inBrackets(printPart(printer, items ?? true))}[]`;
  const types = tuple.map((item: JsonValue) => printPart(printer, item));
  const others = isJsonObject(rest) ? [`...${inBrackets(printPart(printer, rest))}[]`] : [];
  return `[${[...types, ...others].join(', ')}]`;
}

function inBrackets(type: string): string {
  return /\|| & | \*\/$/.test(withoutNesting(type)) ? `(${type})` : type;
}

/** The type without the content of braces, brackets, quotes and comments; a comment at its end stays marked. */
function withoutNesting(type: string): string {
  let text = type
    .replace(/"(?:[^"\\]|\\.)*"/g, '""')
    .replace(/\/\*.*?\*\//g, (comment, at: number, whole: string) =>
      at + comment.length >= whole.length ? '*/' : '',
    );
  for (let before = ''; before !== text; ) {
    before = text;
    text = text.replace(/\{[^{}[\]()]*\}|\[[^{}[\]()]*\]|\([^{}[\]()]*\)/g, '');
  }
  return text;
}
