import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fileSessionStore } from '@turnwise/core';
import { type Main, modelFromEnvironment, runIfStarted } from '@turnwise-examples/program';
import { createService } from './create-service.ts';
import { createSupportAgent } from './create-support-agent.ts';

const help = `Usage: PORT=3000 pnpm example service

A support agent as an HTTP service. Ask, decide on a refund above 50 euros, and read the conversation:

  curl -N -d "Refund 90 euros for order A-2." http://127.0.0.1:3000/sessions/ada
  curl -N -d '{"1.0": {"approved": true}}' http://127.0.0.1:3000/sessions/ada/decisions
  curl http://127.0.0.1:3000/sessions/ada

The conversations are in the folder .sessions of the current folder. Ctrl-C ends the service.
The model comes from the environment, as for pnpm start.
`;

/** Serves until it is interrupted. The exit code is 0. */
export const main: Main = async ({
  arguments: given,
  variables,
  folder,
  output,
  ...environment
}) => {
  if (given.includes('--help')) {
    output.write(help);
    return 0;
  }
  const chosen = await modelFromEnvironment(variables);
  if (chosen.notice !== undefined) environment.errors.write(`${chosen.notice}\n`);
  const store = fileSessionStore(join(folder, '.sessions'));
  const service = createService({ agent: createSupportAgent(chosen.model), store });
  const interrupted = new Promise<void>((resolve) => environment.onInterrupt(resolve));
  try {
    service.listen(Number(variables.PORT ?? 3000), '127.0.0.1');
    await once(service, 'listening');
    const { port } = service.address() as AddressInfo;
    output.write(`Listening at http://127.0.0.1:${port}/sessions\n`);
    await interrupted;
    return 0;
  } finally {
    service.close();
    service.closeAllConnections();
    await chosen.close();
  }
};

await runIfStarted(main, import.meta.url);
