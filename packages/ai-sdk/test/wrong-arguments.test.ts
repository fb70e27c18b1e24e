import { expect, test } from '@jest/globals';
import { says, scriptedModel } from '@turnwise/core/testing';
import { aiSdkModel } from '../src/ai-sdk-model.ts';
import { aiSdkTools } from '../src/ai-sdk-tools.ts';
import { turnwise } from '../src/turnwise.ts';

const model = scriptedModel([says('Hello.')]);

test.each<[string, () => unknown, RegExp]>([
  ['turnwise() of a name', () => turnwise('gemma-3-27b' as never), /openaiCompatible/],
  ['aiSdkModel() of a name', () => aiSdkModel('claude' as never), /anthropic\(/],
  ['aiSdkModel() of a Turnwise model', () => aiSdkModel(model as never), /Pass it to the agent/],
  [
    'aiSdkModel() of an old model',
    () => aiSdkModel({ specificationVersion: 'v2', modelId: 'm' } as never),
    /v4\); this one has v2/,
  ],
  ['aiSdkTools() of a list', () => aiSdkTools([{}] as never), /keys are the names/],
])('%s is refused with what to pass', (_what, call, message) => {
  expect(call).toThrow(message);
});
