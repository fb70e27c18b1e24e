import { once } from 'node:events';
import { Agent, fileSessionStore, Session, TurnwiseError, tool } from '@turnwise/core';
import { postgresSessions, sqlite } from '@turnwise/durable';
import { z } from 'zod';
import { modelOf } from '../support/desk.ts';

/** Runs inputs on a session, next to another process that does the same. The arguments: kind of store, its place, a name, a number. */
const [kind = '', place = '', name = '', count = ''] = process.argv.slice(2);

const stores = {
  file: () => ({ store: fileSessionStore(place), close: async () => undefined }),
  sqlite: () => {
    const opened = sqlite(place);
    return { store: opened.sessions, close: async () => await opened.close() };
  },
  postgres: () => {
    const store = postgresSessions(place);
    return { store, close: async () => await store.close() };
  },
};

/** Calls a tool for each input, and then answers it. */
const model = modelOf(
  Array.from({ length: 1_000 }, (_, place) =>
    place % 2 === 0 ? [['look', { order: 'A' }] as const] : 'Done.',
  ),
);
let isFirst = true;
const look = tool({
  name: 'look',
  description: 'Looks an order up.',
  parameters: z.object({ order: z.string() }),
  execute: async () => {
    if (isFirst) {
      // Both processes have loaded the session before one of them saves it.
      isFirst = false;
      process.stdout.write('loaded\n');
      await once(process.stdin, 'data');
    }
    return 'It is paid.';
  },
});
const agent = new Agent({ name: 'clerk', model, tools: [look] });

/** A run whose session was changed meanwhile was not saved, and its input is run again. */
async function run(input: string, session: Session): Promise<number> {
  let conflicts = 0;
  while (true) {
    try {
      await agent.run(input, { session });
      return conflicts;
    } catch (thrown) {
      const isConflict = thrown instanceof TurnwiseError && thrown.code === 'session_conflict';
      if (!isConflict) throw thrown;
      conflicts += 1;
    }
  }
}

const { store, close } = stores[kind as keyof typeof stores]();
const session = new Session({ id: 'shared', store });
let conflicts = 0;
for (let number = 0; number < Number(count); number += 1) {
  conflicts += await run(`${name}-${number}`, session);
}
await close();
process.stdout.write(`${conflicts}\n`);
process.exit();
