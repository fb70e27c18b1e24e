import type { JsonObject } from '../src/index.ts';

/** A tool definition on the wire. */
export function toolOf(
  name: string,
  description: string,
  properties: JsonObject,
  required: string[] = Object.keys(properties),
): JsonObject {
  return {
    type: 'function',
    function: { name, description, parameters: { type: 'object', properties, required } },
  };
}

/** The tool that most tests offer. */
export const weatherTool = toolOf('get_weather', 'Current weather of a city.', {
  city: { type: 'string' },
});
