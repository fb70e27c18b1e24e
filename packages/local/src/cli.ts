#!/usr/bin/env node
import { parseArgs } from 'node:util';
import { LocalEndpointError } from './local-endpoint-error.ts';
import { type LocalEndpoint, quirksNames, startLocalEndpoint } from './start-local-endpoint.ts';

const usage = `Usage: pnpm local [options]

Starts an OpenAI-compatible endpoint on 127.0.0.1. A rule-based stand-in answers, not a model.

  --port N             port to listen on (default 8090; 0 for any free one)
  --quirks NAME        server to imitate: ${quirksNames.join(', ')} (default vllm)
  --context-window N   tokens of prompt and reply together (default: the server's own)
  --api-key KEY        key that requests must send (default: none)
  --help               show this text`;

try {
  await run(process.argv.slice(2));
} catch (error) {
  const message = error instanceof Error ? error.message : String(error);
  process.stderr.write(`${message}\nSee --help for the options.\n`);
  process.exitCode = 1;
}

async function run(given: string[]): Promise<void> {
  const { values } = parseArgs({
    args: given[0] === '--' ? given.slice(1) : given,
    options: {
      port: { type: 'string', default: '8090' },
      quirks: { type: 'string', default: 'vllm' },
      'context-window': { type: 'string' },
      'api-key': { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    process.stdout.write(`${usage}\n`);
    return;
  }
  const contextWindow = values['context-window'];
  const apiKey = values['api-key'];
  const endpoint = await startLocalEndpoint({
    port: toWholeNumber('--port', values.port),
    quirks: toQuirks(values.quirks),
    ...(contextWindow === undefined
      ? {}
      : { contextWindow: toWholeNumber('--context-window', contextWindow) }),
    ...(apiKey === undefined ? {} : { apiKey }),
  });
  process.stdout.write(toBanner(endpoint, apiKey));
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => void endpoint.close());
  }
}

function toBanner({ url, quirks, models }: LocalEndpoint, apiKey: string | undefined): string {
  const header = apiKey === undefined ? '' : ` -H 'authorization: Bearer ${apiKey}'`;
  const body = { model: models[0], messages: [{ role: 'user', content: 'What is 17% of 42?' }] };
  return `Listening on ${url} (imitates ${quirks}; model ${models.join(', ')})
This is a rule-based stand-in, not a language model. It chooses tools by matching words.

  curl ${url}/chat/completions${header} -H 'content-type: application/json' -d '${JSON.stringify(body)}'

Stop it with Ctrl+C.
`;
}

function toWholeNumber(option: string, text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new LocalEndpointError(
    'invalid_options',
    `Invalid value "${text}" for ${option}. Give a whole number, 0 or more.`,
  );
}

function toQuirks(name: string) {
  const found = quirksNames.find((known) => known === name);
  if (found !== undefined) return found;
  throw new LocalEndpointError(
    'invalid_options',
    `Unknown value "${name}" for --quirks. Available: ${quirksNames.join(', ')}.`,
  );
}
