import type { JsonObject } from '../src/index.ts';

/** A tool definition as a request contains it. */
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

/** The tool of most tests. */
export const weatherTool = toolOf('get_weather', 'Current weather of a city.', {
  city: { type: 'string' },
});
