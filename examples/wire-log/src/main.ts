import { type Main, runIfStarted, UsageError } from '@turnwise-examples/program';
import { question, recordRun } from './record-run.ts';
import { writeLog } from './write-log.ts';

/** Prints the wire log of one run as Markdown. The embedded endpoint answers. */
export const main: Main = async (environment) => {
  if (environment.arguments.length > 0) {
    throw new UsageError('wire-log takes no arguments: pnpm --silent example wire-log');
  }
  const native = writeLog(await recordRun('native'));
  const prompted = writeLog(await recordRun('prompted'));
  environment.output.write(`# The wire log of one run

This page lists every request that Turnwise sends for the question "${question}"
\`pnpm --silent example wire-log > docs/wire-log.md\` writes this page; a test compares it with the requests.
The replies come from the embedded endpoint, which has rules in place of a model. Of each tool, this page shows only the name.

## Native: a Gemma 3 on vLLM with its tool template, as Privatemode runs it

Calls and results are sent in the fields that the API has for them. An assistant message contains calls or text, never both.

${native}
## Prompted: a Gemma 3 with its own chat template, on a server without tools

The template has two roles that must alternate, and no tools. So the instructions contain the tools, a past call is the text
of an assistant message, and its result is in a user message.

${prompted}`);
  return 0;
};

await runIfStarted(main, import.meta.url);
