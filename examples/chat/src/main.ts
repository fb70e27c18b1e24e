import { createInterface, type Interface } from 'node:readline';
import { Agent, type Model, TurnwiseError } from '@turnwise/core';
import { calculator, files } from '@turnwise/tools';
import {
  type Colours,
  createColours,
  type Environment,
  escapeLine,
  type Main,
  modelFromEnvironment,
  runIfStarted,
  UsageError,
} from '@turnwise-examples/program';
import { type AnswerOptions, Conversation } from './conversation.ts';
import { createAnswerPrinter } from './create-answer-printer.ts';

const help = `Usage: pnpm example chat

Type a question; the next questions continue the conversation. The tools are a calculator and the files of the
current folder. Ctrl-C stops an answer and keeps the conversation; at the prompt it ends the chat, like /quit and
Ctrl-D. The model comes from the environment, as for pnpm start.
`;

/** Answers questions until the input ends or contains /quit. */
export const main: Main = async (environment) => {
  const { output } = environment;
  if (wantsHelp(environment.arguments)) {
    output.write(help);
    return 0;
  }
  const chosen = await modelFromEnvironment(environment.variables);
  try {
    output.write(`${chosen.notice ?? `This is ${escapeLine(chosen.model.id)}.`}\n`);
    output.write('Type a question; /quit ends the chat.\n');
    await chat(createAgent(chosen.model, environment.folder), environment);
    return 0;
  } finally {
    await chosen.close();
  }
};

function wantsHelp(given: readonly string[]): boolean {
  const unknown = given.find((option) => option !== '--help' && option !== '-h');
  if (unknown !== undefined)
    throw new UsageError(`"${unknown}" is not an option. The only option is --help.`);
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

async function chat(agent: Agent, environment: Environment): Promise<void> {
  const conversation = new Conversation(agent);
  const colours = createColours(environment);
  const lines = openLines(environment, colours);
  let abort: AbortController | undefined;
  let isOpen = true;
  // The input can end during an answer; a prompt after that is an error since Node 24.
  lines.once('close', () => {
    isOpen = false;
  });
  const interrupt = () => (abort === undefined ? lines.close() : abort.abort());
  // On a terminal, readline receives the key; otherwise the process receives the signal.
  lines.on('SIGINT', interrupt);
  const stopListening = environment.onInterrupt(interrupt);
  try {
    lines.prompt();
    for await (const line of lines) {
      if (line.trim() === '/quit') return;
      abort = new AbortController();
      await answerLine(line.trim(), { conversation, colours, environment, signal: abort.signal });
      abort = undefined;
      if (isOpen) lines.prompt();
    }
  } finally {
    stopListening();
    lines.close();
  }
}

function openLines({ input, output }: Environment, colours: Colours): Interface {
  const terminal = output.isTTY === true;
  return createInterface({ input, output, terminal, prompt: colours.bold('> ') });
}

interface LineOptions {
  readonly conversation: Conversation;
  readonly colours: Colours;
  readonly environment: Environment;
  readonly signal: AbortSignal;
}

/** Answers one line. An error is printed and does not end the chat. */
async function answerLine(
  input: string,
  { conversation, colours, environment, signal }: LineOptions,
): Promise<void> {
  const { output, errors } = environment;
  const onEvent = createAnswerPrinter((text) => output.write(text), colours);
  const options: AnswerOptions = { onEvent, signal };
  if (input === '' || (input === '/retry' && !conversation.hasFailed)) return;
  try {
    const result = await (input === '/retry'
      ? conversation.retry(options)
      : conversation.answer(input, options));
    if (result.status === 'stopped') output.write(colours.dim(`(${result.reason})\n`));
  } catch (thrown) {
    if (!(thrown instanceof TurnwiseError)) throw thrown;
    errors.write(`${escapeLine(thrown.message)} (Type /retry to request the answer again.)\n`);
  }
}

await runIfStarted(main, import.meta.url);
