import { join } from 'node:path';
import {
  escapeLine,
  escapeText,
  type Main,
  modelFromEnvironment,
  runIfStarted,
} from '@turnwise-examples/program';
import { createResearcher } from './create-researcher.ts';
import { openLibrary } from './open-library.ts';

const defaultQuestion = 'How does a human approve a call?';

const help = `Usage: pnpm example research ["question"]

Answers a question from the Markdown files in docs/guide of the current folder, and names the pages that it read.
Searches and pages are printed on stderr. The default question is: ${defaultQuestion}

The model comes from the environment, as for pnpm start.
`;

/** Answers one question from the guide. Exit codes: 0 answered, 1 failed or stopped, 130 interrupted. */
export const main: Main = async (environment) => {
  const { arguments: given, variables, folder, output, errors, onInterrupt } = environment;
  if (given.includes('--help')) {
    output.write(help);
    return 0;
  }
  const library = await openLibrary(join(folder, 'docs/guide'));
  const chosen = await modelFromEnvironment(variables);
  const abort = new AbortController();
  const stopListening = onInterrupt(() => abort.abort());
  try {
    if (chosen.notice !== undefined) errors.write(`${chosen.notice}\n`);
    const question = given.join(' ').trim() || defaultQuestion;
    const options = { context: library, signal: abort.signal };
    const run = createResearcher(chosen.model).stream(question, options);
    for await (const event of run) {
      if (event.type !== 'tool-started') continue;
      const { name, arguments: values } = event.call;
      errors.write(`${escapeLine(`${name} ${JSON.stringify(values)}`)}\n`);
    }
    const result = await run.result;
    if (result.status === 'completed') {
      const { answer, sources } = result.output;
      output.write(`${escapeText(answer)}\n\nFrom: ${escapeLine(sources.join(', '))}\n`);
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
