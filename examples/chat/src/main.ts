import { createInterface, type Interface } from 'node:readline';
import { Agent, type Model, TurnwiseError } from '@turnwise/core';
import { calculator, files } from '@turnwise/tools';
import {
  type Colours,
  createColours,
  type Main,
  modelFromEnvironment,
  runIfStarted,
  type Surroundings,
  showLine,
  UsageError,
} from '@turnwise-examples/program';
import { type AnswerOptions, Conversation } from './conversation.ts';
import { createAnswerPrinter } from './create-answer-printer.ts';

const help = `Usage: pnpm example chat

Type a question, and more questions that go on from its answer. The tools: a calculator, and the files of the
folder you are in. Ctrl-C ends an answer and keeps the conversation; at the prompt it ends the chat, as do /quit and
Ctrl-D. The model comes from the environment, as for pnpm start.
`;

/** Talks until the input ends or says /quit. */
export const main: Main = async (surroundings) => {
  const { output } = surroundings;
  if (wantsHelp(surroundings.arguments)) {
    output.write(help);
    return 0;
  }
  const chosen = await modelFromEnvironment(surroundings.environment);
  try {
    output.write(`${chosen.notice ?? `This is ${showLine(chosen.model.id)}.`}\n`);
    output.write('Ask away; /quit ends the chat.\n');
    await talk(createAgent(chosen.model, surroundings.folder), surroundings);
    return 0;
  } finally {
    await chosen.close();
  }
};

function wantsHelp(given: readonly string[]): boolean {
  const unknown = given.find((option) => option !== '--help' && option !== '-h');
  if (unknown !== undefined) throw new UsageError(`"${unknown}" is no option; there is --help.`);
  return given.length > 0;
}

function createAgent(model: Model, folder: string): Agent {
  return new Agent({
    name: 'chat',
    instructions:
      'Answer briefly. Look things up and compute with the tools; never guess a number.',
    model,
    tools: [calculator(), ...files({ root: folder })],
  });
}

async function talk(agent: Agent, surroundings: Surroundings): Promise<void> {
  const conversation = new Conversation(agent);
  const colours = createColours(surroundings);
  const lines = openLines(surroundings, colours);
  let abort: AbortController | undefined;
  let isOpen = true;
  // The input may end while a line is answered; from Node 24 on, a prompt after that is an error.
  lines.once('close', () => {
    isOpen = false;
  });
  const interrupt = () => (abort === undefined ? lines.close() : abort.abort());
  // On a terminal, readline sees the key; elsewhere, the process gets the signal.
  lines.on('SIGINT', interrupt);
  const stopListening = surroundings.onInterrupt(interrupt);
  try {
    lines.prompt();
    for await (const line of lines) {
      if (line.trim() === '/quit') return;
      abort = new AbortController();
      await answerLine(line.trim(), { conversation, colours, surroundings, signal: abort.signal });
      abort = undefined;
      if (isOpen) lines.prompt();
    }
  } finally {
    stopListening();
    lines.close();
  }
}

function openLines({ input, output }: Surroundings, colours: Colours): Interface {
  const terminal = output.isTTY === true;
  return createInterface({ input, output, terminal, prompt: colours.bold('> ') });
}

interface LineOptions {
  readonly conversation: Conversation;
  readonly colours: Colours;
  readonly surroundings: Surroundings;
  readonly signal: AbortSignal;
}

/** Answers one line; a failure is told and does not end the chat. */
async function answerLine(
  said: string,
  { conversation, colours, surroundings, signal }: LineOptions,
): Promise<void> {
  const { output, errors } = surroundings;
  const hear = createAnswerPrinter((text) => output.write(text), colours);
  const options: AnswerOptions = { hear, signal };
  if (said === '' || (said === '/retry' && !conversation.hasFailed)) return;
  try {
    const result = await (said === '/retry'
      ? conversation.retry(options)
      : conversation.answer(said, options));
    if (result.status === 'stopped') output.write(colours.dim(`(${result.reason})\n`));
  } catch (thrown) {
    if (!(thrown instanceof TurnwiseError)) throw thrown;
    errors.write(`${showLine(thrown.message)} (/retry asks again.)\n`);
  }
}

await runIfStarted(main, import.meta.url);
