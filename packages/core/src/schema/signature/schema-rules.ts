import { isJsonObject, itemsOf, type JsonObject, type JsonValue } from '../../json.ts';
import { gatherParts, isRuleOnly } from '../json-schema/schema-parts.ts';
import { formatConstraints } from './format-constraints.ts';
import { printLiteral } from './print-literal.ts';

/** Prints the type of a schema, for rules that mention other schemas. */
export interface ShapePrinter {
  /** A schema as a type with its rules, such as `{kind: "a"}` or `string /* at most 9 characters *\/`. */
  printShape(schema: JsonValue): string;
  readonly root: JsonObject;
}

/**
 * The rules of a schema that its type does not show, as short clauses: ranges, lengths, patterns, and rules about several
 * members, such as `needs id or name`, `a needs b`, `not {mode: "off"}`. Rules in `allOf` are included.
 */
export function formatRules(printer: ShapePrinter, schema: JsonObject): string[] {
  const parts = gatherParts(printer.root, schema);
  return [...new Set(parts.flatMap((part) => formatOwnRules(printer, part, schema)))];
}

function formatOwnRules(printer: ShapePrinter, part: JsonObject, whole: JsonObject): string[] {
  return [
    ...formatConstraints(part),
    ...formatUnion(printer, part, 'anyOf', whole),
    ...formatUnion(printer, part, 'oneOf', whole),
    ...formatDependencies(printer, part),
    ...formatCondition(printer, part),
    ...formatContained(printer, part),
    'not' in part ? `not ${formatShape(printer, part.not ?? true)}` : '',
  ].filter((clause) => clause !== '');
}

/** Alternatives without a type, such as `anyOf: [{required: ["id"]}, {required: ["name"]}]`. */
function formatUnion(
  printer: ShapePrinter,
  part: JsonObject,
  keyword: 'anyOf' | 'oneOf',
  whole: JsonObject,
): string[] {
  const branches = part[keyword];
  if (!Array.isArray(branches) || !isRuleOnly(printer.root, branches, part.type ?? whole.type)) {
    return [];
  }
  const clauses = branches.map((branch: JsonValue) => formatBranch(printer, branch));
  if (clauses.includes('')) return [];
  const union = [...new Set(clauses)].join(' or ');
  return [keyword === 'oneOf' && clauses.length > 1 ? `exactly one of: ${union}` : union];
}

function formatBranch(printer: ShapePrinter, branch: JsonValue): string {
  if (!isJsonObject(branch)) return branch === false ? 'nothing' : '';
  const needs = formatNeeds(branch.required);
  return [...(needs === '' ? [] : [needs]), ...formatRules(printer, branch)].join(' and ');
}

function formatNeeds(required: JsonValue | undefined): string {
  const names = itemsOf(required).map(String);
  return names.length === 0 ? '' : `needs ${names.join(' and ')}`;
}

/** A schema inside a rule: its rules if it has no type, otherwise its type. */
function formatShape(printer: ShapePrinter, schema: JsonValue): string {
  if (isRuleOnly(printer.root, [schema], 'object')) {
    const rules = formatBranch(printer, schema);
    if (rules !== '') return `(${rules})`;
  }
  return printer.printShape(schema);
}

function formatDependencies(printer: ShapePrinter, part: JsonObject): string[] {
  return ['dependentRequired', 'dependentSchemas', 'dependencies']
    .flatMap((keyword) => Object.entries(isJsonObject(part[keyword]) ? part[keyword] : {}))
    .map(([name, needed]) => {
      if (!Array.isArray(needed)) return `with ${name}: ${formatShape(printer, needed)}`;
      return needed.length === 0 ? '' : `${name} ${formatNeeds(needed)}`;
    });
}

function formatCondition(printer: ShapePrinter, part: JsonObject): string[] {
  const { if: condition, then: consequence, else: otherwise } = part;
  if (condition === undefined) return [];
  const clauses = [
    consequence === undefined ? '' : `then ${formatShape(printer, consequence)}`,
    otherwise === undefined ? '' : `else ${formatShape(printer, otherwise)}`,
  ].filter((clause) => clause !== '');
  if (clauses.length === 0) return [];
  return [`if ${formatShape(printer, condition)} ${clauses.join(' ')}`];
}

function formatContained(printer: ShapePrinter, part: JsonObject): string[] {
  const { contains, minContains, maxContains, propertyNames } = part;
  const isListed = isJsonObject(propertyNames) && Array.isArray(propertyNames.enum);
  const keys = propertyNames === undefined || isListed || isPlainString(propertyNames);
  return [
    contains === undefined ? '' : `has an item that fits ${formatShape(printer, contains)}`,
    minContains === undefined ? '' : `at least ${printLiteral(minContains)} such items`,
    maxContains === undefined ? '' : `at most ${printLiteral(maxContains)} such items`,
    keys ? '' : `every key fits ${formatShape(printer, propertyNames)}`,
  ];
}

/** zod writes `propertyNames: {type: "string"}` for every record. */
function isPlainString(schema: JsonValue): boolean {
  return isJsonObject(schema) && schema.type === 'string' && Object.keys(schema).length === 1;
}
