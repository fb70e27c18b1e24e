import { isJsonObject, type JsonObject, type JsonValue } from '../json.ts';
import type { ModelProfile } from '../profile/model-profile.ts';
import { mapSubschemas } from '../schema/json-schema/map-subschemas.ts';

/**
 * The same JSON Schema of parameters, with what OpenAI and gateways like it require although JSON Schema does not:
 * `properties` for the parameters, and `items` for every array. Without them, they refuse every request with this tool.
 */
export function completeParameters(
  parameters: JsonObject,
  { constraints }: Pick<ModelProfile, 'constraints'>,
): JsonObject {
  const complete = withItems(parameters) as JsonObject;
  // llama.cpp would allow only the listed parameters, and it does not need the list.
  if (constraints === 'llama.cpp') return complete;
  if (complete.type !== 'object' || describingKeywords.some((keyword) => keyword in complete)) {
    return complete;
  }
  return { ...complete, properties: {} };
}

/** Next to these keywords, some servers ignore everything but `properties`. */
const describingKeywords = ['properties', 'anyOf', 'oneOf', 'allOf', '$ref', 'patternProperties'];

function withItems(schema: JsonValue): JsonValue {
  if (!isJsonObject(schema)) return schema;
  const complete = mapSubschemas(schema, withItems);
  const isBareArray =
    [complete.type].flat().includes('array') &&
    !('items' in complete) &&
    !('prefixItems' in complete);
  return isBareArray ? { ...complete, items: {} } : complete;
}
