import { isJsonObject, type JsonObject, type JsonValue } from '../json.ts';
import { repairJson } from '../schema/json-text/repair-json.ts';

/** The object that a value of arguments stands for (with the repairs that it needed), or why it is not one. */
export type ArgumentObject =
  | {
      readonly ok: true;
      readonly value: JsonObject;
      readonly repairs: readonly string[];
      /** Numbers that JavaScript cannot hold exactly; the value has them as strings. */
      readonly largeNumbers: readonly string[];
    }
  | { readonly ok: false; readonly problem: string };

/**
 * Takes the arguments of a call as models write them: an object, the JSON text of one (encoded once or twice more), or, for a
 * tool with these `parameters` and none of them required, an empty list or text. `null` is `{}`.
 */
export function toArgumentObject(
  written: JsonValue,
  parameters: JsonObject | undefined,
): ArgumentObject {
  return decode(written, parameters, maxDecodings);
}

/** A model that encodes more often than this does not mean arguments. */
const maxDecodings = 3;

function decode(
  written: JsonValue,
  parameters: JsonObject | undefined,
  left: number,
): ArgumentObject {
  if (isJsonObject(written)) return found(written, []);
  if (written === null) return found({}, []);
  if (isEmpty(written)) return takesNothing(parameters) ? found({}, [emptyRepair]) : notAnObject;
  if (typeof written !== 'string' || left === 0) return notAnObject;
  const read = repairJson(written, { keepsLargeNumbers: true });
  if (!read.ok) return { ok: false, problem: `They are text that is not JSON: ${read.problem}.` };
  // The text of a literal such as "None" means nothing only if the tool needs nothing.
  if (read.value === null && !takesNothing(parameters)) return notAnObject;
  const inner = decode(read.value, parameters, left - 1);
  if (!inner.ok) return inner;
  return {
    ...inner,
    repairs: ['JSON inside a string', ...read.repairs, ...inner.repairs],
    largeNumbers: [...read.largeNumbers, ...inner.largeNumbers],
  };
}

const emptyRepair = 'no arguments in another form';
const notAnObject: ArgumentObject = { ok: false, problem: 'They must be one JSON object.' };

function found(value: JsonObject, repairs: readonly string[]): ArgumentObject {
  return { ok: true, value, repairs, largeNumbers: [] };
}

function isEmpty(written: JsonValue): boolean {
  if (typeof written === 'string') return written.trim() === '';
  return Array.isArray(written) && written.length === 0;
}

/** Whether a tool can be called with `{}`, as far as its list of required parameters shows. */
function takesNothing(parameters: JsonObject | undefined): boolean {
  if (parameters === undefined) return false;
  const { required } = parameters;
  return !Array.isArray(required) || required.length === 0;
}
