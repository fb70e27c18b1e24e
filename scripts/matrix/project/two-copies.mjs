import { createRequire } from 'node:module';
import * as imported from '@turnwise/core';
import { callsTool, says } from '@turnwise/core/testing';

/** A program that imports the package, with a dependency that requires it: Node loads both builds. */
const esm = { ...imported };
const require = createRequire(import.meta.url);
const cjs = require('@turnwise/core');
const { scriptedModel } = require('@turnwise/core/testing');
const facts = { 'two copies': esm.Agent !== cjs.Agent };

for (const name of ['TurnwiseError', 'SchemaError', 'TurnOrderError']) {
  const values = name === 'TurnwiseError' ? ['run_failed', 'x'] : ['#', 'x'];
  facts[`${name} of CommonJS`] = new cjs[name](...values) instanceof esm[name];
  facts[`${name} of the ES module`] = new esm[name](...values) instanceof cjs[name];
}
const turnOrder = new cjs.TurnOrderError(1, 'x');
facts['a subclass is its base'] = turnOrder instanceof esm.TurnwiseError;
facts['and no other class'] = !(turnOrder instanceof esm.SchemaError);

const look = cjs.tool({ name: 'look', description: 'A tool.', execute: () => 'seen' });
const session = new cjs.Session({ store: cjs.memorySessionStore(), id: 'a' });
const run = async (replies) =>
  await new esm.Agent({ name: 'a', model: scriptedModel(replies), tools: [look] }).run('Go.', {
    session,
  });
const first = await run([callsTool('look'), says('One.')]);
const second = await run([says('Two.')]);
facts['an agent takes the tool, the model and the session of the other copy'] =
  `${first.output} ${second.output}` === 'One. Two.' && second.transcript.turns.length === 6;

const model = scriptedModel([says('Three.')]);
const transcript = cjs.Transcript.fromJSON(second.transcript.toJSON());
const third = await new esm.Agent({ name: 'a', model }).run('Go.', { transcript });
facts['and its transcript'] = third.output === 'Three.';

const wrong = Object.entries(facts).filter(([, isTrue]) => !isTrue);
if (wrong.length > 0) throw new Error(`Not true: ${wrong.map(([fact]) => fact).join('; ')}`);
