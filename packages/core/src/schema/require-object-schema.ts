import { SchemaError } from '../errors.ts';
import type { JsonObject } from '../json.ts';

/**
 * Makes sure that a schema is one of an object, as the parameters of a tool must be. `subject` names it in the error,
 * such as `parameters of tool "add"`. Throws {@link SchemaError} with what to write instead.
 */
export function requireObjectSchema(jsonSchema: JsonObject, subject: string): void {
  const { type } = jsonSchema;
  if (type === 'object') return;
  throw new SchemaError('#', `the ${subject} must be an object, ${explain(jsonSchema)}`);
}

function explain(jsonSchema: JsonObject): string {
  if ('anyOf' in jsonSchema || 'oneOf' in jsonSchema || 'allOf' in jsonSchema) {
    return 'but this combines several schemas. Put the union into one field of an object.';
  }
  if (typeof jsonSchema.type === 'string') {
    return `but this is of type "${jsonSchema.type}". Put it into a field: z.object({ value: … }).`;
  }
  return 'but this does not say so. Use z.object({ … }), or give the JSON Schema "type": "object".';
}
