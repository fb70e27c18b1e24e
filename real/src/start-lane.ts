import { findLlamaServer } from './llama-server/find-llama-server.ts';
import type { ServerChoice } from './parse-command.ts';
import { type LaunchCommand, toLlamaServerCommand, toVllmCommand } from './serve/launch-command.ts';
import { isServing, startServer, toBaseUrl } from './serve/start-server.ts';
import { report } from './setup/report.ts';
import { withLock } from './setup/with-lock.ts';
import { prepareChatTemplate } from './templates/prepare-chat-template.ts';
import { convertWeights } from './vllm/convert-weights.ts';
import { installVllm } from './vllm/install-vllm.ts';
import { fetchWeights } from './weights/fetch-weights.ts';

/**
 * Fetches and builds what is missing, starts the server unless it is running already, and returns
 * its base URL. Throws `LaneError`.
 */
export async function startLane(choice: ServerChoice): Promise<string> {
  if (await isServing(choice)) report(`${choice.server}: it is running already`);
  else await startServer(choice, await withLock(() => prepare(choice)));
  return toBaseUrl(choice.port);
}

async function prepare(choice: ServerChoice): Promise<LaunchCommand> {
  const { model, server, template } = choice;
  // The server comes first: a missing compiler is reported before a gigabyte is fetched.
  switch (server) {
    case 'llama-server': {
      const binary = await findLlamaServer();
      const templateFile = await prepareChatTemplate(model, template);
      return toLlamaServerCommand(choice, binary, await fetchWeights(model), templateFile);
    }
    case 'vllm': {
      const environment = await installVllm();
      const templateFile = await prepareChatTemplate(model, template);
      const folder = await convertWeights(model, await fetchWeights(model), environment);
      return toVllmCommand(choice, environment, folder, templateFile);
    }
  }
}
