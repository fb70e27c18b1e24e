import { inspect } from 'node:util';
import { describe, expect, test } from '@jest/globals';
import { Agent, openaiCompatible, TurnwiseError } from '../../src/index.ts';
import { type Answer, answersText, breaksOff, startModelServer } from '../support/model-server.ts';
import { refuses, repliesText } from '../support/routed-server.ts';

const question = 'The code of my safe is 60-12-33.';

async function errorOf(answer: Answer): Promise<TurnwiseError> {
  await using server = await startModelServer(answer);
  const model = openaiCompatible({
    baseURL: server.baseURL,
    model: 'm',
    profile: 'openai',
    retry: { maxRetries: 0 },
  });
  const error: unknown = await new Agent({ name: 'guide', model }).run(question).catch(String);
  const streamed: unknown = await new Agent({ name: 'guide', model })
    .stream(question)
    .result.catch((thrown: unknown) => thrown);
  if (typeof error !== 'string' || !(streamed instanceof TurnwiseError)) {
    throw new Error('The run did not fail.');
  }
  return streamed;
}

describe('the state of a failed run is in its error, but not in what a program prints or copies of it:', () => {
  test.each<[string, Answer]>([
    ['a refusal', refuses('no')],
    ['a broken connection', breaksOff],
    ['a reply that is no JSON', answersText('not JSON')],
    ['empty replies', repliesText('')],
  ])('%s', async (_name, answer) => {
    const error = await errorOf(answer);
    expect(JSON.stringify(error.state)).toContain('60-12-33');
    const inherited: string[] = [];
    for (const key in error) inherited.push(key);
    expect([...Object.keys(error), ...inherited]).not.toContain('state');
    expect(Object.getOwnPropertyNames(error)).not.toContain('state');
    for (const printed of [
      JSON.stringify(error),
      JSON.stringify({ ...error }),
      JSON.stringify(Object.assign({}, error)),
      inspect(error, { depth: 20, showHidden: true }),
      inspect({ error, list: [error] }, { depth: 20 }),
      String(error.stack),
    ]) {
      expect(printed).not.toContain('60-12-33');
    }
  });
});
