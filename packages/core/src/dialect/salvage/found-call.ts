import { isJsonObject, type JsonObject, type JsonValue } from '../../json.ts';
import type { CallableName, CallableNames } from './callable-name.ts';

/** A call that stood in a text. */
export type SalvagedCall =
  | {
      readonly readable: true;
      /** The tool's own name; what was written where no tool of that name was offered. */
      readonly name: string;
      readonly arguments: JsonObject;
      /** The source of this call, as written. */
      readonly text: string;
      /** What had to be mended in its syntax, such as `missing comma between arguments`. */
      readonly repairs: readonly string[];
    }
  | {
      readonly readable: false;
      readonly name: string;
      readonly text: string;
      /** Why it cannot be read, for the model and for people. */
      readonly problem: string;
      /** Whether it ends where the text ends, so that asking again for the whole may help. */
      readonly cut: boolean;
    };

/** A call and whether its name was offered. */
export interface FoundCall {
  readonly call: SalvagedCall;
  readonly isActive: boolean;
}

/** The arguments of a call as a form says them: in order, or by name; a name may come twice. */
export interface WrittenArguments {
  readonly positional?: readonly JsonValue[];
  readonly named: readonly (readonly [name: string, value: JsonValue])[];
}

/** What a form says of one call. */
export interface WrittenCall {
  /** The name as written. */
  readonly spelling: string;
  /** The source of the call, as written. */
  readonly text: string;
  readonly repairs?: Iterable<string>;
}

/** A call whose syntax was read: readable if its arguments can be given to the parameters without a guess. */
export function foundCall(
  tools: CallableNames,
  { spelling, text, repairs = [] }: WrittenCall,
  said: WrittenArguments,
): FoundCall {
  const tool = tools.find(spelling);
  const bound = bindArguments(tool, said);
  if ('problem' in bound)
    return brokenCall(tools, { spelling, text }, { problem: bound.problem, cut: false });
  return {
    isActive: tool !== undefined,
    call: {
      readable: true,
      name: tool?.name ?? spelling,
      arguments: bound.arguments,
      text,
      repairs: [...repairs, ...bound.repairs],
    },
  };
}

/** A call that cannot be read, and never runs. */
export function brokenCall(
  tools: CallableNames,
  { spelling, text }: WrittenCall,
  { problem, cut }: { readonly problem: string; readonly cut: boolean },
): FoundCall {
  const tool = tools.find(spelling);
  return {
    isActive: tool !== undefined,
    call: { readable: false, name: tool?.name ?? spelling, text, problem, cut },
  };
}

/** The same calls, the last one no longer readable: what should have closed their list is missing. */
export function withLastBroken(
  calls: readonly FoundCall[],
  reason: { readonly problem: string; readonly cut: boolean },
): FoundCall[] {
  return calls.map((found, index) => {
    if (index < calls.length - 1) return found;
    const { name, text } = found.call;
    return { ...found, call: { readable: false, name, text, ...reason } };
  });
}

/** The same calls, with a mend of what was around them noted on the last. */
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

/** The own name of a parameter that may have been renamed on the wire. */
export function ownParameterName(tool: CallableName | undefined, written: string): string {
  return tool?.parameterAliases?.get(written) ?? written;
}

type BoundArguments =
  | { readonly arguments: JsonObject; readonly repairs: readonly string[] }
  | { readonly problem: string };

function bindArguments(tool: CallableName | undefined, said: WrittenArguments): BoundArguments {
  const positional = said.positional ?? [];
  const names = Object.keys(parametersOf(tool));
  const only = argumentsGivenAsOneObject(tool, said);
  if (only !== undefined) {
    return { arguments: only, repairs: ['arguments given as one object'] };
  }
  if (positional.length > names.length) {
    return {
      problem: `There are ${positional.length} arguments without a name, and ${names.length} parameters.`,
    };
  }
  const bound = new Map<string, JsonValue>();
  const entries = [
    ...positional.map((value, index) => [names[index] ?? '', value] as const),
    ...said.named.map(([name, value]) => [ownParameterName(tool, name), value] as const),
  ];
  for (const [name, value] of entries) {
    if (bound.has(name)) return { problem: `The argument "${name}" is given twice.` };
    bound.set(name, value);
  }
  // Object.fromEntries defines properties, so that a "__proto__" stays an ordinary key.
  return {
    arguments: Object.fromEntries(bound),
    repairs: positional.length > 0 ? ['arguments without names'] : [],
  };
}

/** `f({"city": "Paris"})`, where the first parameter is no object and the keys are the parameters. */
function argumentsGivenAsOneObject(
  tool: CallableName | undefined,
  { positional = [], named }: WrittenArguments,
): JsonObject | undefined {
  const value = positional[0];
  if (positional.length !== 1 || named.length > 0 || !isJsonObject(value)) return undefined;
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
