import {
  type CallableName,
  type CallableNames,
  toCallableNames,
} from '../../../src/dialect/salvage/callable-name.ts';
import { type Salvaged, salvageCalls } from '../../../src/dialect/salvage/salvage-calls.ts';
import type { JsonObject } from '../../../src/json.ts';

/** A tool in the form that salvage takes. */
export function callable(name: string, properties: JsonObject = {}): CallableName {
  return { name, spellings: [name], parameters: { type: 'object', properties } };
}

/** The active tools of these tests. */
export const weatherTools: readonly CallableName[] = [
  callable('get_weather', {
    city: { type: 'string' },
    days: { type: 'integer' },
    metric: { type: 'boolean' },
    tags: { type: 'array', items: { type: 'string' } },
    place: {
      type: 'object',
      properties: { zip: { type: 'string' }, floor: { type: 'integer' } },
    },
  }),
  callable('get_time'),
  callable('srv.list-files', { path: { type: 'string' } }),
];

/** The same tools with the look-up that salvage takes. */
export const weatherNames: CallableNames = toCallableNames(weatherTools);

/** The calls and the prose in a text of the model. */
export function read(text: string): Salvaged {
  return salvageCalls(text, weatherNames);
}

/** The calls of a text as `[name, arguments]`; an unreadable call is `[name, 'cut' | 'broken']`. */
export function callsIn(text: string): [string, JsonObject | 'cut' | 'broken'][] {
  return read(text).calls.map((call) => {
    if (call.readable) return [call.name, call.arguments];
    return [call.name, call.cut ? 'cut' : 'broken'];
  });
}

/** All repairs of the calls in a text. */
export function repairsIn(text: string): string[] {
  return read(text).calls.flatMap((call) => (call.readable ? call.repairs : []));
}
