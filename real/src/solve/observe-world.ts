import type { JsonObject, JsonValue } from '@turnwise/core';
import type { ExecutedCall, TaskTool, World } from './task-set.ts';

/** A value of a grounded parameter that occurs in no text that the model had read. */
export interface MadeUpValue {
  readonly tool: string;
  readonly parameter: string;
  readonly value: JsonValue;
}

/** A world that records what the solver does. Both lists grow while it solves. */
export interface ObservedWorld {
  readonly world: World;
  readonly calls: readonly ExecutedCall[];
  /** Made-up values that reached a tool, whichever solver made the call. */
  readonly madeUp: readonly MadeUpValue[];
}

/**
 * Records every call that reaches a tool. `given` are the texts of the conversation before the first result. A value is
 * compared without case and white space, a number by its value.
 */
export function observeWorld(world: World, given: readonly string[]): ObservedWorld {
  const calls: ExecutedCall[] = [];
  const madeUp: MadeUpValue[] = [];
  const texts = [...given];
  const observe = (tool: TaskTool): TaskTool => ({
    ...tool,
    async execute(input: JsonObject) {
      calls.push({ name: tool.name, arguments: input });
      madeUp.push(...findMadeUp(tool, input, texts));
      const result = await tool.execute(input);
      texts.push(JSON.stringify(result) ?? '');
      return result;
    },
  });
  return { world: { state: world.state, tools: world.tools.map(observe) }, calls, madeUp };
}

function findMadeUp(
  { name, parameters, grounded = idsOf(parameters) }: TaskTool,
  input: JsonObject,
  texts: readonly string[],
): MadeUpValue[] {
  return grounded.flatMap((parameter) => {
    const value = input[parameter];
    return value === undefined || occurs(value, texts) ? [] : [{ tool: name, parameter, value }];
  });
}

/** Without a list of its own, a tool's ids are grounded. */
function idsOf({ properties }: JsonObject): string[] {
  return Object.keys(Object(properties)).filter((name) => /(^|_)id$/.test(name));
}

function occurs(value: JsonValue, texts: readonly string[]): boolean {
  if (typeof value === 'object' && value !== null) {
    return Object.values(value).every((part) => occurs(part, texts));
  }
  if (typeof value === 'number') {
    return texts.some((text) =>
      (text.match(/\d+([.,]\d+)?/g) ?? []).some((found) => toNumber(found) === Math.abs(value)),
    );
  }
  return texts.some((text) => normalise(text).includes(normalise(String(value))));
}

function toNumber(text: string): number {
  return Number(text.replace(',', '.'));
}

function normalise(text: string): string {
  return text.toLowerCase().replace(/\s+/g, '');
}
