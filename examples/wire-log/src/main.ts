import { type Main, runIfStarted, UsageError } from '@turnwise-examples/program';
import { question, recordRun } from './record-run.ts';
import { writeLog } from './write-log.ts';

/** Prints the wire log of one run, in Markdown. It always speaks to the embedded endpoint. */
export const main: Main = async (surroundings) => {
  if (surroundings.arguments.length > 0) {
    throw new UsageError('wire-log takes no arguments: pnpm --silent example wire-log');
  }
  const native = writeLog(await recordRun('native'));
  const prompted = writeLog(await recordRun('prompted'));
  surroundings.output.write(`# The wire log of one run

What Turnwise sends, request by request, for the question "${question}"
\`pnpm --silent example wire-log > docs/wire-log.md\` writes this page, and a test holds it to what is really sent.
The embedded endpoint answered, by rules and without a model: the requests are what this page is about. Of a tool only its name is shown here.

## Native: a Gemma 3 on vLLM with its tool template, as Privatemode serves it

Calls and results travel as the API means them to. A turn of the assistant is calls or text, never both.

${native}
## Prompted: a Gemma 3 with its own chat template, on a server without tools

The template knows two roles that take turns, and no tools. So tools are told in the instructions, a past call is text
of the assistant, and its result is said by the user.

${prompted}`);
  return 0;
};

await runIfStarted(main, import.meta.url);
