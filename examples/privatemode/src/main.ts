import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { Agent, type AgentInput, privatemode, TurnwiseError } from '@turnwise/core';
import {
  type Environment,
  escapeText,
  type Main,
  runIfStarted,
  toUsageError,
  UsageError,
} from '@turnwise-examples/program';

const defaultQuestion = 'What is in this image?';
const startProxy =
  'docker run --rm -p 127.0.0.1:8080:8080 ghcr.io/edgelesssys/privatemode/privatemode-proxy:latest --apiKey "$PRIVATEMODE_API_KEY"';

const help = `Usage: pnpm example privatemode [--whole] IMAGE ["question"]

Sends an image and a question to Gemma 3 27B on Privatemode: one user message with a text and an image.
The default question is: ${defaultQuestion}

  --whole   wait for the whole answer instead of streaming it
  --help    print this help

PRIVATEMODE_API_KEY     your key
PRIVATEMODE_BASE_URL    the address of the proxy (default http://localhost:8080/v1)

The proxy encrypts the requests. Start it with:
  ${startProxy}
`;

/** Asks about one image. Exit codes: 0 answered, 1 failed, 2 wrong options, 130 interrupted. */
export const main: Main = async (environment) => {
  const request = readArguments(environment);
  if (request === 'help') {
    environment.output.write(help);
    return 0;
  }
  const agent = createAgent(environment.variables);
  const abort = new AbortController();
  const stopListening = environment.onInterrupt(() => abort.abort());
  try {
    return await answer(agent, request, { environment, signal: abort.signal });
  } catch (thrown) {
    if (!(thrown instanceof TurnwiseError) || thrown.code !== 'model_unreachable') throw thrown;
    throw new Error(`${thrown.message} To start the proxy: ${startProxy}`, { cause: thrown });
  } finally {
    stopListening();
  }
};

interface ImageRequest {
  readonly input: AgentInput;
  readonly isWhole: boolean;
}

function readArguments({ arguments: given, folder }: Environment): ImageRequest | 'help' {
  const { values, positionals } = parse(given);
  if (values.help === true) return 'help';
  const [image, ...words] = positionals;
  if (image === undefined) {
    throw new UsageError('Name an image: pnpm example privatemode IMAGE. See --help.');
  }
  return {
    input: [
      { type: 'text', text: words.join(' ').trim() || defaultQuestion },
      { type: 'image', image: resolve(folder, image) },
    ],
    isWhole: values.whole === true,
  };
}

function parse(given: readonly string[]) {
  try {
    return parseArgs({
      args: [...given],
      options: { whole: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } },
      allowPositionals: true,
    });
  } catch (thrown) {
    throw toUsageError(thrown, 'The options are --whole and --help.');
  }
}

function createAgent(variables: Environment['variables']): Agent {
  const apiKey = variables.PRIVATEMODE_API_KEY?.trim() ?? '';
  const baseURL = variables.PRIVATEMODE_BASE_URL?.trim() ?? '';
  if (apiKey === '') {
    throw new Error(
      `Set PRIVATEMODE_API_KEY to your key of Privatemode, and start the proxy on port 8080: ${startProxy}`,
    );
  }
  const model = privatemode('gemma-3-27b', { apiKey, ...(baseURL === '' ? {} : { baseURL }) });
  // Without instructions, the user message is the only one, as in the documentation of the provider.
  return new Agent({ name: 'privatemode', model });
}

async function answer(
  agent: Agent,
  { input, isWhole }: ImageRequest,
  { environment, signal }: { readonly environment: Environment; readonly signal: AbortSignal },
): Promise<number> {
  const { output, errors } = environment;
  const run = isWhole ? undefined : agent.stream(input, { signal });
  for await (const piece of run?.textStream ?? []) output.write(escapeText(piece));
  const result = await (run?.result ?? agent.run(input, { signal }));
  if (result.status !== 'completed') {
    errors.write('The run was stopped before an answer.\n');
    return 130;
  }
  output.write(isWhole ? `${escapeText(result.output)}\n` : '\n');
  return 0;
}

await runIfStarted(main, import.meta.url);
