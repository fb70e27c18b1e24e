import { parseArgs } from 'node:util';
import { printReport, probeProfile } from '@turnwise/core/doctor';
import { type Main, runIfStarted, showText, toUsageError } from '@turnwise-examples/program';
import { chooseServer } from './choose-server.ts';
import { compareServers } from './compare-servers.ts';

const help = `Usage: pnpm run doctor [--base-url URL] [--model NAME] [--api-key KEY]

Measures what a server can do for a model, with about twenty small requests, and prints the profile that fits.

  --base-url URL   the server, such as http://localhost:8000/v1
  --model NAME     the model, by the name that the server knows it by
  --api-key KEY    the key, where the server wants one
  --imitate NAME   measure the embedded endpoint in the way of vllm, llama.cpp-2025, llama.cpp-2026, ollama or none
  --compare        measure the embedded endpoint in every way, and print one table in Markdown
  --json           print the findings as JSON
  --help           print this

Without --base-url the server comes from the environment: PRIVATEMODE_API_KEY (Privatemode's proxy on port 8080), or
TURNWISE_BASE_URL with TURNWISE_MODEL and TURNWISE_API_KEY; without them the embedded endpoint is measured.
`;

/** Measures one server. Exit codes: 0 measured, 1 failed, 2 wrong options, 130 interrupted. */
export const main: Main = async (surroundings) => {
  const { output, errors, environment } = surroundings;
  const given = readArguments(surroundings.arguments);
  if (given.wantsHelp) {
    output.write(help);
    return 0;
  }
  const abort = new AbortController();
  const stopListening = surroundings.onInterrupt(() => {
    stopListening();
    abort.abort();
  });
  try {
    if (given.wantsComparison) {
      output.write(`${await compareServers(abort.signal)}\n`);
      return 0;
    }
    const { notice, close, ...server } = await chooseServer(given, environment);
    try {
      if (notice !== undefined) errors.write(`${notice}\n\n`);
      const report = await probeProfile({ ...server, signal: abort.signal });
      output.write(showText(given.asJson ? `${JSON.stringify(report)}\n` : printReport(report)));
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
      asJson: values.json === true,
      wantsHelp: values.help === true,
    };
  } catch (thrown) {
    throw toUsageError(thrown, 'See pnpm run doctor --help.');
  }
}

await runIfStarted(main, import.meta.url);
