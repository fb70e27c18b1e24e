import { Agent, openaiCompatible, tool } from '@turnwise/core';
import { z } from 'zod';

const baseURL = process.env.TURNWISE_BASE_URL ?? 'http://localhost:8000/v1';
const getWeather = tool({
  name: 'get_weather',
  description: 'Current weather of a city.',
  parameters: z.object({ city: z.string() }),
  execute: ({ city }) => `sunny in ${city}`,
});

const agent = new Agent({
  name: 'guide',
  model: openaiCompatible({ baseURL, model: 'gemma-3-27b' }),
  tools: [getWeather],
});

agent.on('profile-detected', ({ profile, dialect, contextWindow, why }) => {
  console.log(`${profile}, ${dialect}, ${contextWindow} tokens: ${why}`);
});
await agent.run('What is the weather in Paris?');

import { defineProfile, gemma3Strict } from '@turnwise/core';

const strict = defineProfile(gemma3Strict, { id: 'gemma-3-8k', contextWindow: 8_192 });
const inWords = openaiCompatible({ baseURL, model: 'gemma-3-27b', profile: strict });
const byGrammar = openaiCompatible({ baseURL, model: 'gemma-3-27b', dialect: 'guided' });

for (const model of [inWords, byGrammar]) {
  const result = await new Agent({ name: 'guide', model, tools: [getWeather] }).run(
    'What is the weather in Rome?',
  );
  console.log(result.status, result.transcript.turns.length, 'turns');
}

import { printReport, probeProfile } from '@turnwise/core/doctor';

const report = await probeProfile({ baseURL, model: 'gemma-3-27b' });
console.log(report.code);
if (report.profile.dialect !== 'native') console.log(printReport(report));
