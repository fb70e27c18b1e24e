import { afterAll, describe } from '@jest/globals';
import { durable } from '@turnwise/durable';
import { restate } from '@turnwise/durable/restate';
import { type RestateServer, startRestateServer } from '@turnwise/durable/testing';
import { describeRuns } from '../support/describe-runs.ts';
import { desk } from '../support/desk.ts';
import { freePort } from '../support/free-port.ts';
import { testMissingProgram } from '../support/test-missing-program.ts';

const server = await startRestateServer();
const port = await freePort();
let count = 0;

afterAll(async () => await server?.close());

/** Runs with a name that no other test uses. */
function optionsOf({ ingress, admin }: RestateServer) {
  return { ingress, admin, name: `test-${count}` };
}

if (server === undefined) testMissingProgram();
else {
  describe('runs in Restate', () => {
    describeRuns({
      reset: async () => {
        count += 1;
      },
      open: () => restate({ ...optionsOf(server), worker: { port } }),
      decideElsewhere: async (runId, decisions) => {
        const agents = { desk: desk(['']) };
        const other = durable({ store: restate(optionsOf(server)), agents });
        await other.decide(runId, decisions);
        await other.close();
      },
      manyRuns: 30,
    });
  });
}
