import { expect, test } from '@jest/globals';
import { Agent } from '@turnwise/core';
import { says, scriptedModel } from '@turnwise/core/testing';
import { aiUiResponse } from '../src/ai-ui/ai-ui-response.ts';
import { toAiUi } from '../src/ai-ui/to-ai-ui.ts';
import { toNodeHandler } from '../src/http/to-node-handler.ts';

const agent = new Agent({ name: 'a', model: scriptedModel([says('Hello.'), says('Hello.')]) });

test.each<[string, () => unknown, RegExp]>([
  ['toAiUi() of an agent', () => toAiUi(agent as never), /toAiUi\(agent\.stream\(input\)\)/],
  ['toAiUi() of a result', () => toAiUi(agent.run('Hi') as never), /agent\.stream/],
  ['aiUiResponse() of a run', () => aiUiResponse(agent.stream('Hi') as never), /toAiUi\(run\)/],
  ['toNodeHandler() of an agent', () => toNodeHandler(agent as never), /chatHandler/],
])('%s is refused with what to pass', (_what, call, message) => {
  expect(call).toThrow(message);
});
