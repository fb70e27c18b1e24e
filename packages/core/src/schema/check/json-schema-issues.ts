import { isJsonObject } from '../../json.ts';
import { parseJsonPointer } from '../json-schema/json-pointer.ts';
import { chooseAlternative, type DraftIssue } from './draft-issue.ts';

/** An error as ajv reports it, with `verbose` on. */
export interface ValidatorError {
  readonly keyword: string;
  /** JSON pointer into the value, without `#`. */
  readonly instancePath: string;
  /** JSON pointer into the schema, with `#`. */
  readonly schemaPath: string;
  readonly params: Readonly<Record<string, unknown>>;
  readonly message?: string;
  readonly parentSchema?: Readonly<Record<string, unknown>>;
}

/** The errors of ajv as issues. Of a union, only the alternative that was most likely meant is reported. */
export function draftAjvIssues(errors: readonly ValidatorError[]): readonly DraftIssue[] {
  let found: FoundIssue[] = [];
  for (const error of errors) {
    // ajv reports the alternatives of a union first, then the union itself.
    if (error.keyword === 'anyOf' || error.keyword === 'oneOf') found = foldUnion(found, error);
    // An error of "if" only repeats that "then" or "else" failed; their own errors are reported.
    else if (error.keyword !== 'if') found.push({ error, draft: draftIssue(error) });
  }
  return found.map(({ draft }) => draft);
}

interface FoundIssue {
  readonly error: ValidatorError;
  readonly draft: DraftIssue;
}

function foldUnion(found: readonly FoundIssue[], union: ValidatorError): FoundIssue[] {
  const isInside = ({ error }: FoundIssue) =>
    error.schemaPath.startsWith(`${union.schemaPath}/`) ||
    (error.schemaPath.startsWith('#/$defs/') && isAtOrBelow(error, union));
  const alternatives = groupByBranch(found.filter(isInside), union);
  const passing: unknown = union.params.passingSchemas;
  const path = pathOf(union);
  const chosen: readonly DraftIssue[] = Array.isArray(passing)
    ? [{ path, expectation: 'matches more than one of the alternatives', kind: 'other' }]
    : chooseAlternative(path, alternatives);
  return [
    ...found.filter((issue) => !isInside(issue)),
    ...chosen.map((draft) => ({ error: union, draft })),
  ];
}

function isAtOrBelow(error: ValidatorError, union: ValidatorError): boolean {
  return `${error.instancePath}/`.startsWith(`${union.instancePath}/`);
}

function groupByBranch(found: readonly FoundIssue[], union: ValidatorError): DraftIssue[][] {
  const branches = new Map<string, DraftIssue[]>();
  for (const { error, draft } of found) {
    const branch = branchOf(error, union);
    branches.set(branch, [...(branches.get(branch) ?? []), draft]);
  }
  return [...branches.values()];
}

function branchOf({ schemaPath }: ValidatorError, union: ValidatorError): string {
  const prefix = `${union.schemaPath}/`;
  const rest = schemaPath.startsWith(prefix) ? schemaPath.slice(prefix.length) : schemaPath;
  // A referenced alternative is identified by its definition: `#/$defs/Name`.
  return rest.startsWith('#') ? rest.split('/').slice(0, 3).join('/') : (rest.split('/')[0] ?? '');
}

function pathOf({ instancePath }: ValidatorError): PropertyKey[] {
  const keys = parseJsonPointer(`#${instancePath}`) ?? [];
  return keys.map((key) => (/^\d+$/.test(key) ? Number(key) : key));
}

function draftIssue(error: ValidatorError): DraftIssue {
  const path = pathOf(error);
  switch (error.keyword) {
    case 'type':
      return { path, expectation: `expected ${listOf(error.params.type, ' or ')}`, kind: 'type' };
    case 'enum':
      return {
        path,
        expectation: `expected one of ${listOf(error.params.allowedValues)}`,
        kind: 'value',
      };
    case 'const':
      return {
        path,
        expectation: `expected ${JSON.stringify(error.params.allowedValue)}`,
        kind: 'value',
      };
    case 'required':
      return missing([...path, String(error.params.missingProperty)], error);
    case 'additionalProperties':
    case 'unevaluatedProperties':
      return { path, expectation: unknownKey(error), kind: 'other', hidesValue: true };
    case 'false schema':
      return { path, expectation: 'is not allowed', kind: 'other' };
    default:
      return { path, expectation: error.message ?? `violates "${error.keyword}"`, kind: 'other' };
  }
}

function listOf(values: unknown, separator = ', '): string {
  const list: unknown[] = Array.isArray(values) ? values : [values];
  const texts = list.map((value) => (separator === ' or ' ? String(value) : JSON.stringify(value)));
  return texts.length <= 12 ? texts.join(separator) : `${texts.slice(0, 12).join(separator)}, …`;
}

function missing(path: PropertyKey[], { parentSchema, params }: ValidatorError): DraftIssue {
  const properties: unknown = parentSchema?.properties;
  const property = isJsonObject(properties)
    ? properties[String(params.missingProperty)]
    : undefined;
  const type = isJsonObject(property) ? property.type : undefined;
  return {
    path,
    expectation: typeof type === 'string' ? `expected ${type}` : 'is required',
    kind: 'other',
  };
}

function unknownKey({ parentSchema, params }: ValidatorError): string {
  const key = JSON.stringify(params.additionalProperty ?? params.unevaluatedProperty);
  const properties: unknown = parentSchema?.properties;
  const known = isJsonObject(properties) ? Object.keys(properties) : [];
  return known.length === 0
    ? `unknown key ${key}`
    : `unknown key ${key}; known keys: ${listOf(known)}`;
}
