import {
  type CallableName,
  type Salvaged,
  salvageCalls,
} from '../../../src/dialect/salvage/salvage-calls.ts';
import type { JsonObject } from '../../../src/json.ts';

/** A tool as salvage knows it. */
export function offer(name: string, properties: JsonObject = {}): CallableName {
  return { name, spellings: [name], parameters: { type: 'object', properties } };
}

/** The tools that the tests offer. */
export const offered: readonly CallableName[] = [
  offer('get_weather', {
    city: { type: 'string' },
    days: { type: 'integer' },
    metric: { type: 'boolean' },
    tags: { type: 'array', items: { type: 'string' } },
    place: {
      type: 'object',
      properties: { zip: { type: 'string' }, floor: { type: 'integer' } },
    },
  }),
  offer('get_time'),
  offer('srv.list-files', { path: { type: 'string' } }),
];

/** What is in a text of the model. */
export function read(text: string): Salvaged {
  return salvageCalls(text, offered);
}

/** The readable calls of a text as `[name, arguments]`; a call that cannot be read is `[name, 'cut' | 'broken']`. */
export function callsIn(text: string): [string, JsonObject | 'cut' | 'broken'][] {
  return read(text).calls.map((call) => {
    if (call.readable) return [call.name, call.arguments];
    return [call.name, call.cut ? 'cut' : 'broken'];
  });
}

/** Everything that was mended in the calls of a text. */
export function mendsIn(text: string): string[] {
  return read(text).calls.flatMap((call) => (call.readable ? call.repairs : []));
}
