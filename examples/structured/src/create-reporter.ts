import { Agent, type AgentOptions, tool } from '@turnwise/core';
import { z } from 'zod';

/** Invented measurements of the weather station of each city. */
const stations: Readonly<Record<string, { readonly celsius: number; readonly sky: string }>> = {
  Bergen: { celsius: 9, sky: 'rainy' },
  Oslo: { celsius: 14, sky: 'cloudy' },
  Paris: { celsius: 21, sky: 'sunny' },
};

/** A tool of this example. For a city without a station the model receives an error, so that it can correct its call. */
export const getWeather = tool({
  name: 'get_weather',
  description: 'Current weather of a city.',
  parameters: z.object({ city: z.string() }),
  execute: ({ city }) => {
    const measured = stations[city];
    if (measured === undefined) {
      throw new Error(`No station in "${city}". Available: ${Object.keys(stations).join(', ')}.`);
    }
    return { city, ...measured };
  },
  repeat: 'safe',
});

/** The schema of the answer. The model receives it, and each answer is checked against it. */
export const reportSchema = z.object({
  city: z.string().describe('The city that the report is about'),
  celsius: z.number().describe('Temperature in degrees Celsius'),
  sky: z.string().describe('The sky, such as sunny'),
});

/** A weather report. */
export type Report = z.infer<typeof reportSchema>;

/** Creates an agent whose answers are weather reports. */
export function createReporter(
  options: Pick<AgentOptions<unknown, Report>, 'model'> & Partial<AgentOptions<unknown, Report>>,
): Agent<unknown, Report> {
  return new Agent({
    instructions: 'Report the weather. Look it up; never guess a number.',
    tools: [getWeather],
    output: reportSchema,
    // A schema cannot express this check. Its reason is sent to the model.
    validateOutput: ({ city, celsius }) => {
      const measured = stations[city]?.celsius;
      if (measured === undefined || measured === celsius) return undefined;
      return `get_weather measured ${measured} degrees in ${city}, not ${celsius}.`;
    },
    ...options,
    name: 'reporter',
  });
}
