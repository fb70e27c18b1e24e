import { isJsonObject, type JsonObject, type JsonValue } from '../../json.ts';
import { explainLargeNumber, findMisplacedNumber } from '../../schema/json-text/exact-number.ts';
import type { CallPlace } from './call-place.ts';
import type { CallableName, CallableNames } from './callable-name.ts';

/** A call that was found in a text. */
export type SalvagedCall =
  | {
      readonly readable: true;
      /** The tool's original name; the written name if no active tool has it. */
      readonly name: string;
      /** The name as written. */
      readonly spelling: string;
      readonly arguments: JsonObject;
      /** The source text of this call. */
      readonly text: string;
      /** The repairs of its syntax, such as `missing comma between arguments`. */
      readonly repairs: readonly string[];
    }
  | {
      readonly readable: false;
      readonly name: string;
      readonly spelling: string;
      readonly text: string;
      /** Why it cannot be parsed, as a sentence for the model and for people. */
      readonly problem: string;
      /** Whether it is incomplete because the text ends, so that a longer reply may help. */
      readonly cut: boolean;
    };

/** A call and whether its tool is active. */
export interface FoundCall {
  readonly call: SalvagedCall;
  readonly isActive: boolean;
}

/** The arguments of a call as written: by position or by name. A name may occur twice. */
export interface WrittenArguments {
  readonly positional?: readonly JsonValue[];
  readonly named: readonly (readonly [name: string, value: JsonValue])[];
}

/** The source of one call. */
export interface WrittenCall {
  /** The name as written. */
  readonly spelling: string;
  /** The source text of the call. */
  readonly text: string;
  readonly repairs?: Iterable<string>;
  /** Numbers that JavaScript cannot hold exactly; the arguments have them as strings. */
  readonly largeNumbers?: Iterable<string>;
}

/** Makes a call from parsed syntax. It is readable if its arguments can be assigned to the parameters without a guess. */
export function foundCall(
  tools: CallableNames,
  { spelling, text, repairs = [], largeNumbers = [] }: WrittenCall,
  written: WrittenArguments,
): FoundCall {
  const tool = tools.find(spelling);
  const bound = bindArguments(tool, written);
  if ('problem' in bound)
    return brokenCall(tools, { spelling, text }, { problem: bound.problem, cut: false });
  const numbers = [...largeNumbers];
  const misplaced = findMisplacedNumber(bound.arguments, tool?.parameters ?? {}, numbers);
  if (misplaced !== undefined) {
    const problem = `In the arguments, ${explainLargeNumber(misplaced)}.`;
    return brokenCall(tools, { spelling, text }, { problem, cut: false });
  }
  return {
    isActive: tool !== undefined,
    call: {
      readable: true,
      name: tool?.name ?? spelling,
      spelling,
      arguments: bound.arguments,
      text,
      repairs: [...repairs, ...bound.repairs, ...(numbers.length > 0 ? [digitsAsText] : [])],
    },
  };
}

/** The repair of a number that JavaScript cannot hold, if the tool takes a string at its place. */
export const digitsAsText = 'digits of a large number as text';

/** Makes a call that cannot be parsed. It never runs. */
export function brokenCall(
  tools: CallableNames,
  { spelling, text }: WrittenCall,
  { problem, cut }: { readonly problem: string; readonly cut: boolean },
): FoundCall {
  const tool = tools.find(spelling);
  return {
    isActive: tool !== undefined,
    call: { readable: false, name: tool?.name ?? spelling, spelling, text, problem, cut },
  };
}

/** Makes the call that begins at `start` and is incomplete because the text ends. */
export function cutCall(
  { cursor, tools }: CallPlace,
  { spelling, start }: { readonly spelling: string; readonly start: number },
): FoundCall {
  const text = cursor.text.slice(start);
  const problem = 'The text ends before the call does.';
  return brokenCall(tools, { spelling, text }, { problem, cut: true });
}

/** The same calls with the last one unreadable, because the end of their list is missing. */
export function withLastBroken(
  calls: readonly FoundCall[],
  reason: { readonly problem: string; readonly cut: boolean },
): FoundCall[] {
  return calls.map((found, index) => {
    if (index < calls.length - 1) return found;
    const { name, spelling, text } = found.call;
    return { ...found, call: { readable: false, name, spelling, text, ...reason } };
  });
}

/** The same calls, with a repair of the text around them added to the last one. */
export function withRepair(calls: readonly FoundCall[], repair: string | undefined): FoundCall[] {
  return calls.map((found, index) => {
    if (repair === undefined || index < calls.length - 1 || !found.call.readable) return found;
    return { ...found, call: { ...found.call, repairs: [...found.call.repairs, repair] } };
  });
}

/** The schemas of a tool's parameters by name, in the order of the schema. */
function parametersOf(tool: CallableName | undefined): JsonObject {
  const properties = tool?.parameters.properties;
  return isJsonObject(properties) ? properties : {};
}

/** The original name of a parameter that may have another wire name. */
export function ownParameterName(tool: CallableName | undefined, written: string): string {
  return tool?.parameterAliases?.get(written) ?? written;
}

type BoundArguments =
  | { readonly arguments: JsonObject; readonly repairs: readonly string[] }
  | { readonly problem: string };

function bindArguments(tool: CallableName | undefined, written: WrittenArguments): BoundArguments {
  const positional = written.positional ?? [];
  const only = argumentsGivenAsOneObject(tool, written);
  if (only !== undefined) {
    return { arguments: only, repairs: ['arguments given as one object'] };
  }
  const names = positional.length === 0 ? [] : Object.keys(parametersOf(tool));
  if (positional.length > names.length) {
    return {
      problem: `There are ${positional.length} arguments without a name, and ${names.length} parameters.`,
    };
  }
  const bound = new Map<string, JsonValue>();
  for (const [index, value] of positional.entries()) bound.set(names[index] ?? '', value);
  for (const [spelling, value] of written.named) {
    const name = ownParameterName(tool, spelling);
    if (bound.has(name)) return { problem: `The argument "${name}" is given twice.` };
    bound.set(name, value);
  }
  // Object.fromEntries defines properties, so that "__proto__" remains an ordinary key.
  return {
    arguments: Object.fromEntries(bound),
    repairs: positional.length > 0 ? ['arguments without names'] : [],
  };
}

/** The arguments in `f({"city": "Paris"})`, if the first parameter is not an object and every key is a parameter. */
function argumentsGivenAsOneObject(
  tool: CallableName | undefined,
  { positional = [], named }: WrittenArguments,
): JsonObject | undefined {
  if (positional.length !== 1) return undefined;
  const value = positional[0];
  if (named.length > 0 || !isJsonObject(value)) return undefined;
  const parameters = parametersOf(tool);
  const first = Object.values(parameters)[0];
  const takesText =
    isJsonObject(first) && /^(?:string|number|integer|boolean|array)$/.test(String(first.type));
  const keys = Object.keys(value).map((key) => ownParameterName(tool, key));
  if (!takesText || keys.length === 0) return undefined;
  if (!keys.every((key) => Object.hasOwn(parameters, key))) return undefined;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [ownParameterName(tool, key), item]),
  );
}
