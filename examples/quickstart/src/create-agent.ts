import { Agent, type Model } from '@turnwise/core';
import { calculator, files } from '@turnwise/tools';
import { daysBetween } from './days-between.ts';

/** The agent of the quickstart: two ready-made kinds of tools and one of its own. */
export function createAgent({ model, folder }: { model: Model; folder: string }): Agent {
  return new Agent({
    name: 'quickstart',
    instructions:
      'Answer briefly. Look things up and compute with the tools; never guess a number.',
    model,
    tools: [calculator(), ...files({ root: folder }), daysBetween],
  });
}
