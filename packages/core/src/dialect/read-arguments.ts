import { isJsonObject, type JsonObject, type JsonValue } from '../json.ts';
import { repairJson } from '../schema/repair-json.ts';
import { deepestNesting } from './salvage/python-literal.ts';

/** Arguments parsed from a model's text: an object (with the repairs of its syntax), or why the text is not one. */
export type ReadArguments =
  | { readonly ok: true; readonly value: JsonObject; readonly repairs: readonly string[] }
  | { readonly ok: false; readonly problem: string };

/** Parses the JSON text of a call's arguments. It never closes a string or bracket and never invents a value. */
export function readArguments(text: string): ReadArguments {
  // Some servers send '' or 'null' for a tool without arguments.
  if (text.trim() === '' || text.trim() === 'null') return { ok: true, value: {}, repairs: [] };
  const read = repairJson(text);
  if (!read.ok) return { ok: false, problem: read.problem };
  if (!isJsonObject(read.value)) return { ok: false, problem: 'They must be one JSON object.' };
  if (nestsDeeper(read.value, deepestNesting)) {
    return { ok: false, problem: `Brackets nest deeper than ${deepestNesting}.` };
  }
  return { ok: true, value: read.value, repairs: read.repairs };
}

/** A deeper value would overflow the stack of later code and end the whole run instead of this call. */
function nestsDeeper(value: JsonValue, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return levels === 0 || Object.values(value).some((each) => nestsDeeper(each, levels - 1));
}
