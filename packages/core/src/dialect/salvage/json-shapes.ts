import { isJsonObject, type JsonObject, type JsonValue } from '../../json.ts';

/** A call in JSON. */
export interface JsonCall {
  readonly name: string;
  /** The value of `arguments`, `parameters`, `args` or `input`; `undefined` if there is no such key. */
  readonly arguments: JsonValue | undefined;
}

const argumentKeys = ['arguments', 'parameters', 'args', 'input', 'action_input'];
const nameKeys = ['name', 'function', 'tool', 'tool_name'];
const wrapperKeys = ['tool_call', 'function_call', 'function'];

const callKeys = new Set([
  ...argumentKeys,
  ...nameKeys,
  ...wrapperKeys,
  'tool_calls',
  'calls',
  'response',
  'type',
  'id',
  'tool_call_id',
  'action',
  'index',
]);

/** Whether an object with this first key may be a call. Other objects need not be read to their end. */
export function isCallKey(key: string): boolean {
  return callKeys.has(key);
}

/**
 * The calls in a JSON value: `{name, arguments}`, `{type, id, function: {…}}`, `{tool_call: {…}}`, `{tool_calls: […]}`, `{calls: […]}`.
 * Returns `undefined` if the value, or any item of its list, is something else. The definition of a tool (with a
 * description, or with a schema as parameters) is not a call.
 */
export function callsInJson(value: JsonValue): JsonCall[] | undefined {
  if (!isJsonObject(value)) return undefined;
  const list = own(value, 'tool_calls') ?? own(value, 'calls');
  if (Array.isArray(list) && list.length > 0) return callsInList(list);
  const wrapped = wrapperKeys.map((key) => own(value, key)).find(isJsonObject);
  if (wrapped !== undefined) return callsInJson(wrapped);
  const name = namesIn(value).find((item) => typeof item === 'string');
  if (typeof name !== 'string' || isDefinition(value)) return undefined;
  return [{ name, arguments: argumentsIn(value) }];
}

/** The structured form of ReAct is `{"action": …, "action_input": …}`; an action without this input is other data. */
function namesIn(value: JsonObject): readonly (JsonValue | undefined)[] {
  const keys = Object.hasOwn(value, 'action_input') ? [...nameKeys, 'action'] : nameKeys;
  return keys.map((key) => own(value, key));
}

/** The text of `{"response": "…"}`, the answer in the generic format of llama.cpp; else `undefined`. */
export function responseInJson(value: JsonValue): string | undefined {
  if (!isJsonObject(value) || Object.keys(value).length !== 1) return undefined;
  const response = own(value, 'response');
  return typeof response === 'string' ? response : undefined;
}

function callsInList(list: readonly JsonValue[]): JsonCall[] | undefined {
  const calls = list.map(callsInJson);
  return calls.every((call) => call !== undefined) ? calls.flat() : undefined;
}

function own(value: JsonObject, key: string): JsonValue | undefined {
  return Object.hasOwn(value, key) ? value[key] : undefined;
}

function argumentsIn(value: JsonObject): JsonValue | undefined {
  const key = argumentKeys.find((candidate) => Object.hasOwn(value, candidate));
  return key === undefined ? undefined : value[key];
}

function isDefinition(value: JsonObject): boolean {
  if (Object.hasOwn(value, 'description')) return true;
  const parameters = own(value, 'parameters');
  return (
    isJsonObject(parameters) && parameters.type === 'object' && isJsonObject(parameters.properties)
  );
}
