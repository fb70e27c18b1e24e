#!/usr/bin/env node
import { parseArgs } from 'node:util';
import { printMeasurement, printReport, printTrial, probeProfile } from './doctor/index.ts';
import { TurnwiseError } from './errors.ts';

const usage = `Usage: turnwise-probe --base-url URL --model NAME [options]

Measures what an OpenAI-compatible server supports for a model, and prints the profile that fits. Progress goes to stderr.

  --base-url URL       the server, such as http://localhost:8000/v1 (default: TURNWISE_BASE_URL)
  --model NAME         the name of the model on the server (default: TURNWISE_MODEL)
  --api-key KEY        the key, if the server needs one (default: TURNWISE_API_KEY)
  --tasks              also run small tasks in each dialect; the profile gets the dialect that solves most
  --budget-seconds N   time for everything (default 120; with --tasks a slow server needs more)
  --json               print the findings as JSON
  --help               print this
`;

try {
  await run(process.argv.slice(2));
} catch (error) {
  const message = error instanceof Error ? error.message : String(error);
  process.stderr.write(withoutControls(`${message}\n`));
  process.exitCode = error instanceof TurnwiseError && error.code !== 'invalid_options' ? 1 : 2;
}

async function run(given: string[]): Promise<void> {
  const { values } = parseArgs({
    args: given,
    options: {
      'base-url': { type: 'string' },
      model: { type: 'string' },
      'api-key': { type: 'string' },
      'budget-seconds': { type: 'string', default: '120' },
      tasks: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) {
    process.stdout.write(usage);
    return;
  }
  const { TURNWISE_BASE_URL, TURNWISE_MODEL, TURNWISE_API_KEY } = process.env;
  const report = await probeProfile({
    baseURL: requireOption('--base-url', values['base-url'] ?? TURNWISE_BASE_URL),
    model: requireOption('--model', values.model ?? TURNWISE_MODEL),
    apiKey: values['api-key'] ?? TURNWISE_API_KEY,
    budgetMs: 1000 * toSeconds(values['budget-seconds']),
    tasks: values.tasks,
    onMeasured: (measurement) => printProgress(printMeasurement(measurement)),
    onTask: (trial) => printProgress(printTrial(trial)),
  });
  const text = values.json ? `${JSON.stringify(report)}\n` : printReport(report);
  process.stdout.write(withoutControls(text));
}

function printProgress(line: string): void {
  const seconds = Math.round(performance.now() / 1000);
  process.stderr.write(withoutControls(`[${String(seconds).padStart(4)} s] ${line}\n`));
}

function requireOption(name: string, value: string | undefined): string {
  if (value !== undefined && value !== '') return value;
  throw new TurnwiseError('invalid_options', `The option ${name} is missing. See --help.`);
}

function toSeconds(text: string): number {
  if (/^[1-9]\d{0,5}$/.test(text)) return Number(text);
  const message = `Invalid value "${text}" for --budget-seconds. Use a whole number, 1 or more.`;
  throw new TurnwiseError('invalid_options', message);
}

/** A server's text could move the cursor of the terminal. */
function withoutControls(text: string): string {
  return text.replace(/(?!\n)\p{Cc}/gu, '\uFFFD');
}
