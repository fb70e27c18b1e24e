import { isJsonObject, type JsonObject, type JsonValue } from '../json.ts';
import { explainLargeNumber, findMisplacedNumber } from '../schema/json-text/exact-number.ts';
import { repairJson } from '../schema/json-text/repair-json.ts';
import type { ActiveTools } from './active-tools.ts';
import type { ToolSpec } from './dialect.ts';
import { readRepeatedObject } from './repeated-object.ts';
import { digitsAsText } from './salvage/found-call.ts';
import { deepestNesting } from './salvage/python-literal.ts';
import { toArgumentObject } from './to-argument-object.ts';

/** Arguments parsed from a model's text: an object (with the repairs that it needed), or why the text is not one. */
export type ReadArguments =
  | { readonly ok: true; readonly value: JsonObject; readonly repairs: readonly string[] }
  | { readonly ok: false; readonly problem: string };

/** The tool whose arguments are read; `tool` is `undefined` if the call names none. */
export interface ArgumentsTarget {
  readonly tool: ToolSpec | undefined;
  readonly tools: Pick<ActiveTools, 'ownArguments'>;
}

/**
 * Parses the JSON text of a call's arguments, with the tool's own parameter names. It never closes a string or bracket and
 * never invents a value.
 */
export function readArguments(text: string, target: ArgumentsTarget): ReadArguments {
  // Some servers send '' for a tool without arguments.
  if (text.trim() === '') return { ok: true, value: {}, repairs: [] };
  const read = repairJson(text, { keepsLargeNumbers: true });
  if (read.ok) return takeArguments(read, target);
  const repeated = readRepeatedObject(text);
  if (repeated === 'different') return { ok: false, problem: severalObjects };
  return repeated === undefined
    ? { ok: false, problem: read.problem }
    : takeArguments(repeated, target);
}

const severalObjects = 'They are several JSON objects: each needs a call of its own.';

/** The same for a value that was parsed already. `largeNumbers` are numbers of the value that it has as strings. */
export function takeArguments(
  {
    value: written,
    repairs,
    largeNumbers,
  }: {
    readonly value: JsonValue;
    readonly repairs: readonly string[];
    readonly largeNumbers: readonly string[];
  },
  { tool, tools }: ArgumentsTarget,
): ReadArguments {
  const read = toArgumentObject(written, tool?.parameters);
  if (!read.ok) return read;
  if (nestsDeeper(read.value, deepestNesting)) {
    return { ok: false, problem: `Brackets nest deeper than ${deepestNesting}.` };
  }
  const value = tool === undefined ? read.value : tools.ownArguments(tool, read.value);
  const numbers = [...largeNumbers, ...read.largeNumbers];
  const misplaced = findMisplacedNumber(value, tool?.parameters ?? {}, numbers);
  if (misplaced !== undefined) {
    return { ok: false, problem: `In them, ${explainLargeNumber(misplaced)}.` };
  }
  const holdsDigits = numbers.length > 0 && holdsAny(value, new Set(numbers));
  const all = [...repairs, ...read.repairs, ...(holdsDigits ? [digitsAsText] : [])];
  return { ok: true, value, repairs: all };
}

/** A deeper value would overflow the stack of later code and end the whole run instead of this call. */
function nestsDeeper(value: JsonValue, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return levels === 0 || Object.values(value).some((each) => nestsDeeper(each, levels - 1));
}

/** In a reply of several calls, each call has some of the numbers. */
function holdsAny(value: JsonValue, texts: ReadonlySet<string>): boolean {
  if (typeof value === 'string') return texts.has(value);
  if (!isJsonObject(value) && !Array.isArray(value)) return false;
  return Object.values(value).some((each) => holdsAny(each as JsonValue, texts));
}
