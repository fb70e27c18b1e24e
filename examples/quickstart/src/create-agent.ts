import { Agent, type Model } from '@turnwise/core';
import { calculator, files } from '@turnwise/tools';
import { daysBetween } from './days-between.ts';

/** The agent of the quickstart, with ready-made tools and one tool of this example. */
export function createAgent({ model, folder }: { model: Model; folder: string }): Agent {
  return new Agent({
    name: 'quickstart',
    instructions:
      'Answer briefly. Look things up and compute with the tools; never guess a number.',
    model,
    tools: [calculator(), ...files({ root: folder }), daysBetween],
  });
}
