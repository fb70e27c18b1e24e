import { parseArgs } from 'node:util';
import { printMeasurement, printReport, printTrial, probeProfile } from '@turnwise/core/doctor';
import { quirksNames } from '@turnwise/local';
import {
  escapeText,
  type Main,
  runIfStarted,
  toUsageError,
  UsageError,
} from '@turnwise-examples/program';
import { chooseServer } from './choose-server.ts';
import { compareServers } from './compare-servers.ts';

const help = `Usage: pnpm probe [--base-url URL] [--model NAME] [--api-key KEY]

Measures what a server supports for a model, with about twenty small requests, and prints the profile that fits.
Progress goes to stderr.

  --base-url URL       the server, such as http://localhost:8000/v1
  --model NAME         the name of the model on the server
  --api-key KEY        the key, if the server needs one
  --tasks              also run small tasks in each dialect; the profile gets the dialect that solves most
  --budget-seconds N   time for everything (default 120; with --tasks a slow server needs more)
  --imitate NAME       measure the embedded endpoint as ${quirksNames.join(', ')}
  --compare            measure all imitated servers, and print one Markdown table
  --json               print the findings as JSON
  --help               print this help

Without --base-url the server comes from the environment: PRIVATEMODE_API_KEY (Privatemode's proxy on port 8080), or
TURNWISE_BASE_URL with TURNWISE_MODEL and TURNWISE_API_KEY. Otherwise the embedded endpoint is measured.
`;

/** Measures one server. Exit codes: 0 measured, 1 failed, 2 wrong options, 130 interrupted. */
export const main: Main = async (environment) => {
  const { output, errors, variables } = environment;
  const given = readArguments(environment.arguments);
  if (given.wantsHelp) {
    output.write(help);
    return 0;
  }
  const abort = new AbortController();
  const stopListening = environment.onInterrupt(() => {
    stopListening();
    abort.abort();
  });
  try {
    if (given.wantsComparison) {
      output.write(`${await compareServers(abort.signal)}\n`);
      return 0;
    }
    const { notice, close, ...server } = await chooseServer(given, variables);
    try {
      if (notice !== undefined) errors.write(`${notice}\n\n`);
      const print = (line: string) => errors.write(escapeText(`${line}\n`));
      const report = await probeProfile({
        ...server,
        signal: abort.signal,
        budgetMs: given.budgetMs,
        tasks: given.wantsTasks,
        onMeasured: (measurement) => print(printMeasurement(measurement)),
        onTask: (trial) => print(printTrial(trial)),
      });
      output.write(escapeText(given.asJson ? `${JSON.stringify(report)}\n` : printReport(report)));
      return 0;
    } finally {
      await close();
    }
  } catch (thrown) {
    if (abort.signal.aborted) return 130;
    throw thrown;
  } finally {
    stopListening();
  }
};

function readArguments(given: readonly string[]) {
  try {
    const { values } = parseArgs({
      args: [...given],
      options: {
        'base-url': { type: 'string' },
        model: { type: 'string' },
        'api-key': { type: 'string' },
        imitate: { type: 'string' },
        compare: { type: 'boolean' },
        tasks: { type: 'boolean' },
        'budget-seconds': { type: 'string', default: '120' },
        json: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    });
    return {
      baseURL: values['base-url'],
      model: values.model,
      apiKey: values['api-key'],
      imitate: values.imitate,
      wantsComparison: values.compare === true,
      wantsTasks: values.tasks === true,
      budgetMs: 1000 * toSeconds(values['budget-seconds']),
      asJson: values.json === true,
      wantsHelp: values.help === true,
    };
  } catch (thrown) {
    throw toUsageError(thrown, 'See pnpm probe --help.');
  }
}

function toSeconds(text: string): number {
  if (/^[1-9]\d{0,5}$/.test(text)) return Number(text);
  throw new UsageError(
    `Invalid value "${text}" for --budget-seconds. Use a whole number, 1 or more.`,
  );
}

await runIfStarted(main, import.meta.url);
