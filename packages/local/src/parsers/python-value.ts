/**
 * The value of a Python literal that can be written as JSON. Integers keep their digits and floats are written
 * as in Python: `json.dumps` writes `1.0`, JavaScript would write `1`.
 */
export type PythonValue =
  | { kind: 'none' }
  | { kind: 'boolean'; value: boolean }
  | { kind: 'integer'; digits: string }
  | { kind: 'float'; value: number }
  | { kind: 'string'; value: string }
  | { kind: 'list'; items: PythonValue[] }
  | { kind: 'dictionary'; entries: Map<string, PythonValue> };

/** Writes a value as Python's `json.dumps(value, ensure_ascii=False)` does: `{"a": 1.0, "b": [1, 2]}`. */
export function toPythonJson(value: PythonValue): string {
  switch (value.kind) {
    case 'none':
      return 'null';
    case 'boolean':
      return String(value.value);
    case 'integer':
      return value.digits;
    case 'float':
      return toPythonFloat(value.value);
    case 'string':
      return JSON.stringify(value.value);
    case 'list':
      return `[${value.items.map(toPythonJson).join(', ')}]`;
    case 'dictionary':
      return `{${[...value.entries].map(([key, item]) => `${JSON.stringify(key)}: ${toPythonJson(item)}`).join(', ')}}`;
  }
}

/** Formats a float like Python's `repr`: `1.0`, `1e-05`, `1e+16`. */
function toPythonFloat(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? 'Infinity' : '-Infinity';
  const [digits = '0', exponentText = '0'] = value.toExponential().split('e');
  const exponent = Number(exponentText);
  if (value === 0 || (exponent >= -4 && exponent < 16)) return toPlainFloat(value);
  const sign = exponent < 0 ? '-' : '+';
  return `${digits}e${sign}${String(Math.abs(exponent)).padStart(2, '0')}`;
}

function toPlainFloat(value: number): string {
  if (Object.is(value, -0)) return '-0.0';
  const text = String(value);
  return text.includes('.') ? text : `${text}.0`;
}
