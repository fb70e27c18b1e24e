import { basename, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { Agent, type RunResult } from '@turnwise/core';
import {
  type Environment,
  escapeLine,
  escapeText,
  type Main,
  modelFromEnvironment,
  runIfStarted,
  toUsageError,
} from '@turnwise-examples/program';

const defaultImage = join(import.meta.dirname, '../images/chart.png');
const defaultQuestion = 'What is in this image?';

const help = `Usage: pnpm example vision [--fit pad|scale] [IMAGE] ["question"]

Sends an image (the path of a PNG, JPEG, WebP or GIF, or an https: URL) and a question to the model.
The default image is a chart. The default question is: ${defaultQuestion}

  --fit     make the image smaller first: \`scale\` keeps its proportions, \`pad\` makes it square (needs sharp)
  --help    print this help

The model comes from the environment, as for pnpm start. Otherwise a rule-based stand-in answers, which reports only
the size and the colour of an image.
`;

/** Asks about one image. Exit codes: 0 answered, 1 failed, 2 wrong options, 130 interrupted. */
export const main: Main = async (environment) => {
  const { image, question, fit, wantsHelp } = readArguments(environment);
  const { output } = environment;
  if (wantsHelp) {
    output.write(help);
    return 0;
  }
  const chosen = await modelFromEnvironment(environment.variables);
  const abort = new AbortController();
  const stopListening = environment.onInterrupt(() => abort.abort());
  try {
    if (chosen.notice !== undefined) output.write(`${chosen.notice}\n`);
    output.write(`${escapeLine(basename(image))}: ${escapeLine(question)}\n\n`);
    const agent = new Agent({
      name: 'vision',
      instructions: 'Describe only what the image shows.',
      model: chosen.model,
      images: { fit },
    });
    const run = agent.stream(
      [
        { type: 'text', text: question },
        { type: 'image', image },
      ],
      { signal: abort.signal },
    );
    for await (const piece of run.textStream) output.write(escapeText(piece));
    return printCost(await run.result, environment);
  } finally {
    stopListening();
    await chosen.close();
  }
};

const fits = ['none', 'pad', 'scale'] as const;

function readArguments({ arguments: given, folder }: Environment) {
  try {
    const { values, positionals } = parseArgs({
      args: [...given],
      options: { fit: { type: 'string' }, help: { type: 'boolean', short: 'h' } },
      allowPositionals: true,
    });
    const [image = defaultImage, ...words] = positionals;
    const fit = fits.find((each) => each === (values.fit ?? 'none'));
    if (fit === undefined) throw new Error(`--fit does not accept "${values.fit}"`);
    return {
      image: image.startsWith('https:') ? image : resolve(folder, image),
      question: words.join(' ').trim() || defaultQuestion,
      fit,
      wantsHelp: values.help === true,
    };
  } catch (thrown) {
    throw toUsageError(thrown, 'The options are --fit pad, --fit scale and --help.');
  }
}

function printCost(result: RunResult, { output, errors }: Environment): number {
  if (result.status !== 'completed') {
    errors.write('\nThe run was stopped before an answer.\n');
    return 130;
  }
  output.write(`\n\nThe prompt with the image took ${result.usage.inputTokens} tokens.\n`);
  return 0;
}

await runIfStarted(main, import.meta.url);
