import { parseArgs } from 'node:util';
import type { DialectName } from '@turnwise/core';
import { formatForms, tryForms } from './forms/try-forms.ts';
import { LaneError } from './setup/lane-error.ts';

const help = `Usage: pnpm forms --base-url URL --model NAME [options]

Sends one request of each form to a server (text, a call, a named call, a required call, parallel calls, a structured
output, an image), whole and streamed, and prints how each run ended. Progress goes to stderr.

  --dialect NAME     native, prompted or guided (default: as Turnwise chooses it)
  --max-tokens N     tokens of one reply (default 64): a base model never ends one
  --api-key KEY      the key, if the server needs one
  --json             print JSON
  --help             print this
`;

const dialects: readonly string[] = ['native', 'prompted', 'guided'] satisfies DialectName[];

try {
  const options = readOptions();
  if (options === 'help') process.stdout.write(help);
  else {
    const results = await tryForms(options);
    process.stdout.write(
      options.asJson ? `${JSON.stringify(results, null, 2)}\n` : `${formatForms(results)}\n`,
    );
  }
} catch (error) {
  if (!(error instanceof LaneError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = error.code === 'invalid_arguments' ? 2 : 1;
}

function readOptions() {
  const values = parse();
  if (values.help) return 'help';
  const { 'base-url': baseURL, model, dialect, 'max-tokens': maxTokens } = values;
  if (baseURL === undefined || !URL.canParse(baseURL)) {
    throw invalid('Name the server: --base-url http://127.0.0.1:8102/v1');
  }
  if (model === undefined) throw invalid('Name the model: --model gemma-3-270m');
  if (!/^[1-9]\d*$/.test(maxTokens)) throw invalid('--max-tokens takes a whole number from 1.');
  if (dialect !== undefined && !dialects.includes(dialect)) {
    throw invalid(`Unknown dialect "${dialect}". Available: ${dialects.join(', ')}.`);
  }
  return {
    baseURL,
    model,
    apiKey: values['api-key'],
    maxTokens: Number(maxTokens),
    asJson: values.json,
    ...(dialect !== undefined && { dialect: dialect as DialectName }),
  };
}

function parse() {
  try {
    return parseArgs({
      options: {
        'base-url': { type: 'string' },
        model: { type: 'string' },
        dialect: { type: 'string' },
        'max-tokens': { type: 'string', default: '64' },
        'api-key': { type: 'string', default: 'unused' },
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    }).values;
  } catch (cause) {
    throw invalid(cause instanceof Error ? cause.message : String(cause));
  }
}

function invalid(message: string): LaneError {
  return new LaneError('invalid_arguments', message);
}
