import { basename, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { Agent, type RunResult } from '@turnwise/core';
import {
  type Main,
  modelFromEnvironment,
  runIfStarted,
  type Surroundings,
  showLine,
  showText,
  toUsageError,
} from '@turnwise-examples/program';

const ownPicture = join(import.meta.dirname, '../pictures/chart.png');
const defaultQuestion = 'What is in this picture?';

const help = `Usage: pnpm example vision [--fit pad|scale] [PICTURE] ["question"]

Shows a picture (the path of a PNG, JPEG, WebP or GIF, or an https: URL) to the model and asks about it.
Without a picture it shows a chart of its own; without a question it asks: ${defaultQuestion}

  --fit     make the picture smaller first: \`scale\` keeps its shape, \`pad\` makes it square (needs sharp)
  --help    print this

The model comes from the environment, as for pnpm start. The rule-based stand-in that answers without one measures
pictures and says their size and colour, no more.
`;

/** Asks about one picture. Exit codes: 0 answered, 1 failed, 2 wrong options, 130 interrupted. */
export const main: Main = async (surroundings) => {
  const { picture, question, fit, wantsHelp } = readArguments(surroundings);
  const { output } = surroundings;
  if (wantsHelp) {
    output.write(help);
    return 0;
  }
  const chosen = await modelFromEnvironment(surroundings.environment);
  const abort = new AbortController();
  const stopListening = surroundings.onInterrupt(() => abort.abort());
  try {
    if (chosen.notice !== undefined) output.write(`${chosen.notice}\n`);
    output.write(`${showLine(basename(picture))}: ${showLine(question)}\n\n`);
    const agent = new Agent({
      name: 'vision',
      instructions: 'Say only what can be seen in the picture.',
      model: chosen.model,
      images: { fit },
    });
    const run = agent.stream(
      [
        { type: 'text', text: question },
        { type: 'image', image: picture },
      ],
      { signal: abort.signal },
    );
    for await (const piece of run.textStream) output.write(showText(piece));
    return tellCost(await run.result, surroundings);
  } finally {
    stopListening();
    await chosen.close();
  }
};

const fits = ['none', 'pad', 'scale'] as const;

function readArguments({ arguments: given, folder }: Surroundings) {
  try {
    const { values, positionals } = parseArgs({
      args: [...given],
      options: { fit: { type: 'string' }, help: { type: 'boolean', short: 'h' } },
      allowPositionals: true,
    });
    const [picture = ownPicture, ...words] = positionals;
    const fit = fits.find((each) => each === (values.fit ?? 'none'));
    if (fit === undefined) throw new Error(`"${values.fit}" is no way to fit a picture`);
    return {
      picture: picture.startsWith('https:') ? picture : resolve(folder, picture),
      question: words.join(' ').trim() || defaultQuestion,
      fit,
      wantsHelp: values.help === true,
    };
  } catch (thrown) {
    throw toUsageError(thrown, 'The options are --fit pad, --fit scale and --help.');
  }
}

function tellCost(result: RunResult, { output, errors }: Surroundings): number {
  if (result.status !== 'completed') {
    errors.write('\nThe run was stopped before an answer.\n');
    return 130;
  }
  output.write(`\n\nThe prompt with the picture took ${result.usage.inputTokens} tokens.\n`);
  return 0;
}

await runIfStarted(main, import.meta.url);
