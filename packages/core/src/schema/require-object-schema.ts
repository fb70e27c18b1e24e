import { SchemaError } from '../errors.ts';
import type { JsonObject } from '../json.ts';

/**
 * Throws {@link SchemaError} if a schema does not describe an object, as the parameters of a tool must. The message
 * contains what to write instead; `subject` is the name of the schema in it, such as `parameters of tool "add"`.
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
  return 'but its "type" is not "object". Use z.object({ … }), or give the JSON Schema "type": "object".';
}
