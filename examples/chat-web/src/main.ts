import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fileSessionStore } from '@turnwise/core';
import { type Main, modelFromEnvironment, runIfStarted } from '@turnwise-examples/program';
import { createChatServer } from './create-chat-server.ts';
import { createSupportAgent } from './create-support-agent.ts';

const help = `Usage: PORT=3000 pnpm example chat-web

A chat in the browser, with useChat of the AI SDK. Try: Refund 90 euros for order A-2.
Approve, edit or deny the call; load the page again at any moment, or start the server again.

The conversations are in the folder .sessions of the current folder. Ctrl-C ends the server.
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
  const sessions = fileSessionStore(join(folder, '.sessions'));
  const agent = createSupportAgent(chosen.model);
  const { server, close } = await createChatServer({ agent, sessions });
  const interrupted = new Promise<void>((resolve) => environment.onInterrupt(resolve));
  try {
    server.listen(Number(variables.PORT ?? 3000), '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    output.write(`Open http://127.0.0.1:${port}/\n`);
    await interrupted;
    return 0;
  } finally {
    await close();
    await chosen.close();
  }
};

await runIfStarted(main, import.meta.url);
