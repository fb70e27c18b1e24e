import type * as ZodCore from 'zod/v4/core';

/** Names of checks that zod writes as `format` next to their pattern; JSON Schema does not have these formats. */
const checkNames = new Set([
  'ends_with',
  'includes',
  'lowercase',
  'regex',
  'starts_with',
  'uppercase',
]);

/**
 * JSON Schema has no flags. A pattern with the flag `i`, `m` or `s` would be stricter than zod without it, so it moves into
 * the description; zod still checks it.
 */
export function describePatterns(
  schema: ZodCore.$ZodType,
  converted: ZodCore.JSONSchema.BaseSchema,
): void {
  if (checkNames.has(String(converted.format))) delete converted.format;
  const all = (schema._zod.def.checks ?? [])
    .map((check): unknown => Reflect.get(check._zod.def, 'pattern'))
    .filter((pattern) => pattern instanceof RegExp);
  const flagged = all.filter(({ flags }) => /[ims]/.test(flags));
  // zod calls the handler twice; the first time, the checks are not converted yet.
  const isConverted = 'pattern' in converted || 'allOf' in converted;
  if (flagged.length === 0 || !isConverted) return;
  const plain = all
    .filter((each) => !flagged.includes(each))
    .map(({ source }) => ({ pattern: source }));
  delete converted.pattern;
  delete converted.allOf;
  if (plain.length > 0) converted.allOf = plain;
  const rules = flagged.map((pattern) => `matches ${String(pattern)}`).join(', ');
  const { description } = converted;
  converted.description = description === undefined ? rules : `${description} (${rules})`;
}
