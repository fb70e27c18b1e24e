import type { JsonObject, JsonValue } from '../json.ts';

/**
 * A call as Python: `f(city="Paris", days=3)`. It uses Python literals (`True`, `None`), double quotes and the escapes that
 * JSON and Python share, so that a server's parser and `salvageCalls` read the same arguments back. A parameter whose name
 * is not allowed before `=` is printed as `**{"its name": value}`; other parsers than ours may not read that.
 */
export function printPythonCall(name: string, args: JsonObject): string {
  const printed = Object.entries(args).map(([key, value]) =>
    isPlainName(key)
      ? `${key}=${printPythonLiteral(value)}`
      : `**{${JSON.stringify(key)}: ${printPythonLiteral(value)}}`,
  );
  return `${name}(${printed.join(', ')})`;
}

/** Calls as a Python list, the form that the instructions of the prompted dialect ask for: `[f(city="Paris"), g()]`. */
export function printPythonCalls(
  calls: readonly { readonly name: string; readonly arguments: JsonObject }[],
): string {
  return `[${calls.map((call) => printPythonCall(call.name, call.arguments)).join(', ')}]`;
}

function isPlainName(name: string): boolean {
  return /^[\p{XID_Start}_][\p{XID_Continue}-]*$/u.test(name);
}

function printPythonLiteral(value: JsonValue): string {
  if (value === null) return 'None';
  if (value === true) return 'True';
  if (value === false) return 'False';
  // Every escape of JSON is also an escape of Python.
  if (typeof value !== 'object') return JSON.stringify(value);
  if (isList(value)) return `[${value.map(printPythonLiteral).join(', ')}]`;
  const entries = Object.entries(value);
  return `{${entries.map(([key, item]) => `${JSON.stringify(key)}: ${printPythonLiteral(item)}`).join(', ')}}`;
}

function isList(value: JsonValue): value is readonly JsonValue[] {
  return Array.isArray(value);
}
