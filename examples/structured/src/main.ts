import { type Main, modelFromEnvironment, runIfStarted } from '@turnwise-examples/program';
import { createReporter } from './create-reporter.ts';

const defaultQuestion = 'What is the weather in Paris?';

const help = `Usage: pnpm --silent example structured ["question"]

Reports the weather of a city as JSON: {"city", "celsius", "sky"}. There are stations in Bergen, Oslo and Paris.
The default question is: ${defaultQuestion}
Tool calls, partial outputs and fixes are printed on stderr, one on each line.

The model comes from the environment, as for pnpm start.
`;

/** Answers one question as JSON. Exit codes: 0 answered, 1 failed or stopped, 130 interrupted. */
export const main: Main = async ({ arguments: given, variables, output, errors, onInterrupt }) => {
  if (given.includes('--help')) {
    output.write(help);
    return 0;
  }
  const question = given.join(' ').trim() || defaultQuestion;
  const chosen = await modelFromEnvironment(variables);
  const abort = new AbortController();
  const stopListening = onInterrupt(() => abort.abort());
  try {
    if (chosen.notice !== undefined) errors.write(`${chosen.notice}\n`);
    const print = (label: string, value: unknown) =>
      errors.write(`${label}: ${JSON.stringify(value)}\n`);
    const run = createReporter({ model: chosen.model }).stream(question, { signal: abort.signal });
    for await (const event of run) {
      if (event.type === 'tool-finished') print(event.call.name, event.call.arguments);
      if (event.type === 'output-delta') print('partial output', event.output);
      if (event.type === 'turn-fixed') print('fix', event.fix);
    }
    const result = await run.result;
    if (result.status === 'completed') {
      output.write(`${JSON.stringify(result.output, undefined, 2)}\n`);
      return 0;
    }
    errors.write('The run ended before an answer.\n');
    return abort.signal.aborted ? 130 : 1;
  } finally {
    stopListening();
    await chosen.close();
  }
};

await runIfStarted(main, import.meta.url);
