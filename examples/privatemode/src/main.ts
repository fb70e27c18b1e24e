import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { Agent, type AgentInput, privatemode, TurnwiseError } from '@turnwise/core';
import {
  type Main,
  runIfStarted,
  type Surroundings,
  showText,
  toUsageError,
  UsageError,
} from '@turnwise-examples/program';

const defaultQuestion = 'What is in this image?';
const startProxy =
  'docker run --rm -p 127.0.0.1:8080:8080 ghcr.io/edgelesssys/privatemode/privatemode-proxy:latest --apiKey "$PRIVATEMODE_API_KEY"';

const help = `Usage: pnpm example privatemode [--whole] IMAGE ["question"]

Sends an image and a question to Gemma 3 27B on Privatemode: one message of the user with a text and an image.
Without a question it asks: ${defaultQuestion}

  --whole   wait for the whole answer instead of streaming it
  --help    print this

PRIVATEMODE_API_KEY     your key
PRIVATEMODE_BASE_URL    where the proxy is, if not at http://localhost:8080/v1

The proxy encrypts what leaves the machine. Start it with:
  ${startProxy}
`;

/** Asks about one image. Exit codes: 0 answered, 1 failed, 2 wrong options, 130 interrupted. */
export const main: Main = async (surroundings) => {
  const asked = readArguments(surroundings);
  if (asked === 'help') {
    surroundings.output.write(help);
    return 0;
  }
  const agent = createAgent(surroundings.environment);
  const abort = new AbortController();
  const stopListening = surroundings.onInterrupt(() => abort.abort());
  try {
    return await answer(agent, asked, { surroundings, signal: abort.signal });
  } catch (thrown) {
    if (!(thrown instanceof TurnwiseError) || thrown.code !== 'model_unreachable') throw thrown;
    throw new Error(`${thrown.message} To start the proxy: ${startProxy}`, { cause: thrown });
  } finally {
    stopListening();
  }
};

interface Asked {
  readonly input: AgentInput;
  readonly isWhole: boolean;
}

function readArguments({ arguments: given, folder }: Surroundings): Asked | 'help' {
  const { values, positionals } = parse(given);
  if (values.help === true) return 'help';
  const [image, ...words] = positionals;
  if (image === undefined) {
    throw new UsageError('Name an image: pnpm example privatemode IMAGE; --help tells the rest.');
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

function createAgent(environment: Surroundings['environment']): Agent {
  const apiKey = environment.PRIVATEMODE_API_KEY?.trim() ?? '';
  const baseURL = environment.PRIVATEMODE_BASE_URL?.trim() ?? '';
  if (apiKey === '') {
    throw new Error(
      `Set PRIVATEMODE_API_KEY to your key of Privatemode, and start the proxy on port 8080: ${startProxy}`,
    );
  }
  const model = privatemode('gemma-3-27b', { apiKey, ...(baseURL === '' ? {} : { baseURL }) });
  // Without instructions, the message of the user is the only one, as the provider documents it.
  return new Agent({ name: 'privatemode', model });
}

async function answer(
  agent: Agent,
  { input, isWhole }: Asked,
  { surroundings, signal }: { readonly surroundings: Surroundings; readonly signal: AbortSignal },
): Promise<number> {
  const { output, errors } = surroundings;
  const run = isWhole ? undefined : agent.stream(input, { signal });
  for await (const piece of run?.textStream ?? []) output.write(showText(piece));
  const result = await (run?.result ?? agent.run(input, { signal }));
  if (result.status !== 'completed') {
    errors.write('The run was stopped before an answer.\n');
    return 130;
  }
  output.write(isWhole ? `${showText(result.output)}\n` : '\n');
  return 0;
}

await runIfStarted(main, import.meta.url);
