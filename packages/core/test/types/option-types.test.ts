import { expect, test } from '@jest/globals';
import {
  Agent,
  type AgentOptions,
  createNetGuard,
  defineProfile,
  type OpenAICompatibleOptions,
  openaiCompatible,
  privatemode,
  profiles,
  Transcript,
} from '@turnwise/core';
import { says, scriptedModel } from '@turnwise/core/testing';

/** Makes a field that is not set `undefined`, as a program with optional settings of its own does. */
type Optional<Options> = { readonly [Name in keyof Options]: Options[Name] | undefined };

const agentOptions = (
  options: Optional<Omit<AgentOptions<unknown>, 'name' | 'model'>>,
): AgentOptions<unknown> => ({ name: 'guide', model: scriptedModel([says('Hello.')]), ...options });

const modelOptions = (
  options: Optional<Omit<OpenAICompatibleOptions, 'baseURL' | 'model'>>,
): OpenAICompatibleOptions => ({ baseURL: 'http://127.0.0.1:1/v1', model: 'm', ...options });

test('options may be undefined if exactOptionalPropertyTypes is on', async () => {
  const nothing: undefined = undefined;
  const agent = new Agent(
    agentOptions({
      tools: nothing,
      limits: { maxSteps: nothing, maxCost: nothing, prices: nothing },
      settings: { temperature: nothing, stop: nothing },
      contextWindow: { tokens: nothing, pin: nothing },
      images: { fit: nothing },
    }),
  );
  const options = { signal: nothing, transcript: nothing, limits: { maxSteps: nothing } };
  expect(await agent.run('Hi', options)).toMatchObject({ output: 'Hello.' });
  openaiCompatible(
    modelOptions({ timeouts: { totalMs: nothing }, retry: { maxRetries: nothing } }),
  );
  privatemode('gemma-3-27b', { baseURL: nothing, profile: nothing });
  createNetGuard({ allow: nothing });
  Transcript.repair([], { blobs: nothing });
  const changes = { contextWindow: nothing, turns: { order: nothing } };
  expect(defineProfile(profiles.openai, changes)).toEqual(profiles.openai);
});
