import { isJsonObject, type JsonObject, type JsonValue } from '../../src/json.ts';
import { parseJsonPointer, resolvePath } from '../../src/schema/json-schema/json-pointer.ts';

const methods = ['get', 'put', 'post', 'delete', 'patch', 'head', 'options'];

/**
 * One tool for each operation of an OpenAPI document (2.0, 3.0, 3.1), as programs make them: parameters and the body are
 * properties, the components that they refer to come along. The description of the tool is that of its schema.
 */
export function toolsOfDocument(document: JsonObject): Record<string, JsonObject> {
  const tools: Record<string, JsonObject> = {};
  for (const [path, item] of Object.entries(toObject(document.paths))) {
    for (const method of methods) {
      const operation = toObject(item)[method];
      if (!isJsonObject(operation)) continue;
      const id =
        typeof operation.operationId === 'string' ? operation.operationId : `${method}_${path}`;
      const name = id
        .replace(/[^\w-]+/g, '_')
        .replace(/^_+|_+$/g, '')
        .slice(0, 60);
      const free = Object.hasOwn(tools, name) ? `${name}_${Object.keys(tools).length}` : name;
      tools[free] = toTool(document, toObject(item), operation);
    }
  }
  return tools;
}

function toTool(document: JsonObject, item: JsonObject, operation: JsonObject): JsonObject {
  const listed = [...listOf(item.parameters), ...listOf(operation.parameters)];
  const parameters = listed.map((each) => resolve(document, toObject(each)));
  const properties: Record<string, JsonValue> = {};
  const required = new Set<string>();
  for (const parameter of parameters) {
    const name = parameter.in === 'body' ? 'body' : String(parameter.name);
    properties[name] = schemaOf(parameter);
    if (parameter.required === true) required.add(name);
  }
  const body = resolve(document, toObject(operation.requestBody));
  const content = toObject(body.content);
  const media = toObject(content['application/json'] ?? Object.values(content)[0]);
  if (isJsonObject(media.schema)) {
    properties.body = media.schema;
    if (body.required === true) required.add('body');
  }
  const description = operation.description ?? operation.summary;
  return {
    ...(typeof description === 'string' && { description: description.slice(0, 1_000) }),
    type: 'object',
    properties,
    ...(required.size > 0 && { required: [...required] }),
    ...componentsOf(document, properties),
  };
}

function schemaOf(parameter: JsonObject): JsonValue {
  const { name: _n, in: _i, required: _r, description, content, schema, ...rest } = parameter;
  const [media] = Object.values(toObject(content));
  // In Swagger 2 the parameter is the schema.
  const own = schema ?? toObject(media).schema ?? rest;
  if (typeof description !== 'string' || !isJsonObject(own) || '$ref' in own) return own;
  return { ...own, description: own.description ?? description };
}

/** The definitions that are referred to, at the places where the document has them. */
function componentsOf(document: JsonObject, properties: JsonObject): JsonObject {
  const found: JsonObject = {};
  const add = (value: JsonValue): void => {
    for (const [, reference = ''] of JSON.stringify(value).matchAll(/"\$ref":"([^"]*)"/g)) {
      // The whole definition, also if the reference is to a part of it.
      const path = parseJsonPointer(reference)?.slice(
        0,
        reference.startsWith('#/components/') ? 3 : 2,
      );
      if (path === undefined || path.length === 0) continue;
      const target = resolvePath(document, path);
      if (target === undefined || resolvePath(found, path) !== undefined) continue;
      put(found, path, target);
      add(target);
    }
  };
  add(properties);
  return found;
}

function put(holder: JsonObject, [key = '', ...below]: readonly string[], value: JsonValue): void {
  const own = holder as Record<string, JsonValue>;
  if (below.length === 0) own[key] = value;
  else {
    own[key] = isJsonObject(own[key]) ? { ...own[key] } : {};
    put(own[key] as JsonObject, below, value);
  }
}

function resolve(document: JsonObject, part: JsonObject): JsonObject {
  if (typeof part.$ref !== 'string') return part;
  return toObject(resolvePath(document, parseJsonPointer(part.$ref) ?? ['']));
}

function toObject(value: JsonValue | undefined): JsonObject {
  return isJsonObject(value) ? value : {};
}

function listOf(value: JsonValue | undefined): readonly JsonValue[] {
  return Array.isArray(value) ? value : [];
}
