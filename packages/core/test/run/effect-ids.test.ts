import { expect, test } from '@jest/globals';
import { z } from 'zod';
import { type Effects, inProcessEffects } from '../../src/run/state/effects.ts';
import { tool } from '../../src/tool/tool.ts';
import { rawCalls, rawText } from '../support/scripted-transport.ts';
import { wireAgent } from '../support/wire-agent.ts';

test('no two effects of a run share an id, even if a step asks several times', async () => {
  const ids: string[] = [];
  const effects: Effects = {
    ...inProcessEffects,
    perform: (effect) => {
      ids.push(effect.id);
      return inProcessEffects.perform(effect);
    },
    value: (effect) => {
      ids.push(effect.id);
      return inProcessEffects.value(effect);
    },
  };
  const getWeather = tool({
    name: 'get_weather',
    description: 'Current weather of a city.',
    parameters: z.object({ city: z.string() }),
    execute: () => 'sunny',
    isEnabled: () => true,
    needsApproval: () => false,
  });
  const refusals = [1, 2].map((celsius) => rawText(JSON.stringify({ celsius })));
  const { agent } = wireAgent(
    [rawCalls([['get_weather', '{"city":"Paris"}']]), ...refusals, rawText('{"celsius":21}')],
    {
      instructions: () => 'Be brief.',
      tools: [getWeather],
      stopWhen: () => false,
      output: z.object({ celsius: z.number() }),
      validateOutput: ({ celsius }) => (celsius < 10 ? 'Too cold.' : undefined),
    },
  );
  expect(await agent.run('Weather?', { effects })).toMatchObject({
    status: 'completed',
    output: { celsius: 21 },
  });
  expect(ids.filter((id) => id.includes('validate-output'))).toHaveLength(3);
  expect(ids.filter((id, place) => ids.indexOf(id) < place)).toEqual([]);
});
