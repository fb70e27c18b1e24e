import { parseArgs } from 'node:util';
import type { RunEvent, RunResult } from '@turnwise/core';
import {
  createColours,
  type Environment,
  escapeText,
  type Main,
  modelFromEnvironment,
  runIfStarted,
  toUsageError,
} from '@turnwise-examples/program';
import { createAgent } from './create-agent.ts';
import { createEventTree } from './create-event-tree.ts';

const defaultQuestion = 'How many lines does package.json have, and what is 17% of that?';

const help = `Usage: pnpm start [--json] ["question"]

Answers a question with tools: a calculator, the files of the current folder, and the number of days between dates.
The default question is: ${defaultQuestion}

  --json    print only the events of the run, each as a line of JSON
  --help    print this help

The model comes from the environment: PRIVATEMODE_API_KEY (Privatemode's proxy on port 8080), or TURNWISE_BASE_URL
with TURNWISE_MODEL and TURNWISE_API_KEY (any OpenAI-compatible server). Otherwise a rule-based stand-in answers.
`;

/** Answers one question. Exit codes: 0 answered, 1 failed or stopped, 2 wrong options, 130 interrupted. */
export const main: Main = async (environment) => {
  const { question, asJson, wantsHelp } = readArguments(environment.arguments);
  if (wantsHelp) {
    environment.output.write(help);
    return 0;
  }
  const chosen = await modelFromEnvironment(environment.variables);
  try {
    if (chosen.notice !== undefined) {
      (asJson ? environment.errors : environment.output).write(`${chosen.notice}\n`);
    }
    const agent = createAgent({ model: chosen.model, folder: environment.folder });
    const abort = new AbortController();
    const stopListening = environment.onInterrupt(() => {
      // A second Ctrl-C ends the program immediately.
      stopListening();
      abort.abort();
    });
    const run = agent.stream(question, { signal: abort.signal });
    const print = asJson ? createJsonLines(environment) : createTree(environment);
    for await (const event of run) print(event);
    stopListening();
    return printResult(await run.result, environment, { asJson });
  } finally {
    await chosen.close();
  }
};

function readArguments(given: readonly string[]) {
  try {
    const { values, positionals } = parseArgs({
      args: [...given],
      options: { json: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } },
      allowPositionals: true,
    });
    // Without quotes, the shell passes each word of a question separately.
    const question = positionals.join(' ').trim();
    return {
      question: question === '' ? defaultQuestion : question,
      asJson: values.json === true,
      wantsHelp: values.help === true,
    };
  } catch (thrown) {
    throw toUsageError(thrown, 'The options are --json and --help.');
  }
}

function createJsonLines({ output }: Environment): (event: RunEvent) => void {
  return (event) => output.write(`${JSON.stringify(event)}\n`);
}

function createTree(environment: Environment): (event: RunEvent) => void {
  const { output } = environment;
  return createEventTree((text) => output.write(text), createColours(environment));
}

function printResult(
  result: RunResult,
  { output, errors }: Environment,
  { asJson }: { readonly asJson: boolean },
): number {
  switch (result.status) {
    case 'completed':
      if (!asJson) output.write(`\n${escapeText(result.output)}\n`);
      return 0;
    case 'stopped':
      errors.write(`The run was stopped (${result.reason}) before an answer.\n`);
      return result.reason === 'aborted' ? 130 : 1;
    case 'paused':
      errors.write('The run waits for an approval, which this program cannot give.\n');
      return 1;
  }
}

await runIfStarted(main, import.meta.url);
