import type { JsonObject, JsonValue } from '@turnwise/core';
import { isAllowed, plainText as plain } from './allowed-answers.ts';
import type { CallCase, CaseCall } from './call-case.ts';

/**
 * Whether calls are those that a case expects, in any order. Texts are compared without case, white space and punctuation, as the
 * leaderboard does. With the answers that it allows, each argument has one of their values; without them, the case has one answer,
 * and an optional argument may be left out or added if its value is the default that its description names.
 */
export function isRight(
  { expected, tools, allowed }: CallCase,
  calls: readonly CaseCall[],
): boolean {
  if (calls.length !== expected.length) return false;
  const open = [...calls];
  return expected.every((wanted, place) => {
    const { parameters = {} } =
      tools.find((tool) => tool.function.name === wanted.name)?.function ?? {};
    const [values] = Object.values(allowed?.[place] ?? {});
    const at = open.findIndex((call) =>
      values === undefined
        ? isSameCall(wanted, call, parameters)
        : call.name === wanted.name && isAllowed(call.arguments, values),
    );
    if (at >= 0) open.splice(at, 1);
    return at >= 0;
  });
}

function isSameCall(wanted: CaseCall, call: CaseCall, parameters: JsonObject): boolean {
  if (wanted.name !== call.name) return false;
  const names = new Set([...Object.keys(wanted.arguments), ...Object.keys(call.arguments)]);
  return [...names].every((name) => {
    const expected = wanted.arguments[name];
    const given = call.arguments[name];
    if (expected !== undefined && given !== undefined) return isSame(expected, given);
    return isDefault(expected ?? given ?? null, name, parameters);
  });
}

function isSame(expected: JsonValue, given: JsonValue): boolean {
  if (typeof expected === 'string' && typeof given === 'string') {
    return plain(expected) === plain(given);
  }
  if (Array.isArray(expected) && Array.isArray(given)) {
    return (
      expected.length === given.length &&
      expected.every((each, index) => isSame(each, given[index] ?? null))
    );
  }
  if (isObject(expected) && isObject(given)) {
    const names = new Set([...Object.keys(expected), ...Object.keys(given)]);
    return [...names].every((name) => {
      const [one, other] = [expected[name], given[name]];
      return one !== undefined && other !== undefined && isSame(one, other);
    });
  }
  return expected === given;
}

function isObject(value: JsonValue): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isDefault(value: JsonValue, name: string, { properties, required }: JsonObject): boolean {
  if (Array.isArray(required) && required.includes(name)) return false;
  const schema = Object(Object(properties)[name]);
  if (schema.default !== undefined) return isSame(schema.default, value);
  const [, usual] = /default(.*)/is.exec(String(schema.description ?? '')) ?? [];
  if (usual === undefined) return false;
  const isEmpty = ['""', '[]', '{}', 'null'].includes(JSON.stringify(value));
  return isEmpty || plain(usual).includes(plain(String(value)));
}
