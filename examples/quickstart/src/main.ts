import { parseArgs } from 'node:util';
import type { RunEvent, RunResult } from '@turnwise/core';
import {
  createColours,
  type Main,
  modelFromEnvironment,
  runIfStarted,
  type Surroundings,
  showText,
  toUsageError,
} from '@turnwise-examples/program';
import { createAgent } from './create-agent.ts';
import { createEventTree } from './create-event-tree.ts';

const defaultQuestion = 'How many lines does package.json have, and what is 17% of that?';

const help = `Usage: pnpm start [--json] ["question"]

Answers a question with tools: a calculator, the files of the folder you are in, and days between dates.
Without a question it takes: ${defaultQuestion}

  --json    print each event of the run as a line of JSON, and nothing else
  --help    print this

The model comes from the environment: PRIVATEMODE_API_KEY (Privatemode's proxy on port 8080), or TURNWISE_BASE_URL
with TURNWISE_MODEL and TURNWISE_API_KEY (any OpenAI-compatible server); without them a rule-based stand-in answers.
`;

/** Answers one question. Exit codes: 0 answered, 1 failed or stopped, 2 wrong options, 130 interrupted. */
export const main: Main = async (surroundings) => {
  const { question, asJson, wantsHelp } = readArguments(surroundings.arguments);
  if (wantsHelp) {
    surroundings.output.write(help);
    return 0;
  }
  const chosen = await modelFromEnvironment(surroundings.environment);
  try {
    if (chosen.notice !== undefined) {
      (asJson ? surroundings.errors : surroundings.output).write(`${chosen.notice}\n`);
    }
    const agent = createAgent({ model: chosen.model, folder: surroundings.folder });
    const abort = new AbortController();
    const stopListening = surroundings.onInterrupt(() => {
      // A second Ctrl-C ends the program at once.
      stopListening();
      abort.abort();
    });
    const run = agent.stream(question, { signal: abort.signal });
    const print = asJson ? createJsonLines(surroundings) : createTree(surroundings);
    for await (const event of run) print(event);
    stopListening();
    return tellResult(await run.result, surroundings, { asJson });
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
    // Without quotes, the shell hands over a question word by word.
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

function createJsonLines({ output }: Surroundings): (event: RunEvent) => void {
  return (event) => output.write(`${JSON.stringify(event)}\n`);
}

function createTree(surroundings: Surroundings): (event: RunEvent) => void {
  const { output } = surroundings;
  return createEventTree((text) => output.write(text), createColours(surroundings));
}

function tellResult(
  result: RunResult,
  { output, errors }: Surroundings,
  { asJson }: { readonly asJson: boolean },
): number {
  switch (result.status) {
    case 'completed':
      if (!asJson) output.write(`\n${showText(result.output)}\n`);
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
