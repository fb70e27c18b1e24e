import { isJsonObject, type JsonObject, type JsonValue } from '../json.ts';
import { repairJson } from '../schema/repair-json.ts';
import { deepestNesting } from './salvage/python-literal.ts';

/** Arguments read from a model's text: an object, mended where only syntax was wrong, or why there is none. */
export type ReadArguments =
  | { readonly ok: true; readonly value: JsonObject; readonly repairs: readonly string[] }
  | { readonly ok: false; readonly problem: string };

/** Reads the JSON text of a call's arguments. Nothing is closed and no value invented: such text is refused. */
export function readArguments(text: string): ReadArguments {
  // Some servers send nothing, or null, for a tool without arguments.
  if (text.trim() === '' || text.trim() === 'null') return { ok: true, value: {}, repairs: [] };
  const read = repairJson(text);
  if (!read.ok) return { ok: false, problem: read.problem };
  if (!isJsonObject(read.value)) return { ok: false, problem: 'They must be one JSON object.' };
  if (nestsDeeper(read.value, deepestNesting)) {
    return { ok: false, problem: `Brackets nest deeper than ${deepestNesting}.` };
  }
  return { ok: true, value: read.value, repairs: read.repairs };
}

/** What nests deeper than the stack would end the run, and not just this call, wherever the value is walked. */
function nestsDeeper(value: JsonValue, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return levels === 0 || Object.values(value).some((each) => nestsDeeper(each, levels - 1));
}
