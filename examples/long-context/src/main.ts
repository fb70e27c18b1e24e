import { Agent, type RunEvent, Transcript, tool } from '@turnwise/core';
import {
  escapeLine,
  type Main,
  modelFromEnvironment,
  runIfStarted,
  UsageError,
} from '@turnwise-examples/program';
import { z } from 'zod';
import { createDocuments, type Document } from './create-documents.ts';

/** Tokens of prompt and answer together. The example uses this window for every model. */
const window = 4_096;

/** Asks about each document in one conversation. Exit codes: 0 answered, 1 failed or stopped, 130 interrupted. */
export const main: Main = async ({ arguments: given, variables, output, errors, onInterrupt }) => {
  if (given.length > 0) throw new UsageError('long-context takes no arguments.');
  const documents = createDocuments();
  const chosen = await modelFromEnvironment(variables, { contextWindow: window });
  const abort = new AbortController();
  const stopListening = onInterrupt(() => abort.abort());
  const agent = new Agent({
    name: 'archivist',
    instructions: 'Answer briefly, only with information from the documents.',
    model: chosen.model,
    tools: [readDocument(documents)],
    contextWindow: { tokens: window, reserveTokens: 512 },
  });
  agent.on('context-compacted', (event) => output.write(`  ${formatCompaction(event)}\n`));
  agent.on('request-finished', ({ usage }) =>
    output.write(`  prompt of ${usage.inputTokens} tokens\n`),
  );
  try {
    if (chosen.notice !== undefined) output.write(`${chosen.notice}\n`);
    const chars = documents.reduce((sum, { text }) => sum + text.length, 0);
    output.write(
      `${documents.length} documents, ${chars} characters; a window of ${window} tokens\n`,
    );
    let transcript: Transcript = Transcript.empty();
    for (const { name } of documents) {
      output.write(`${name}\n`);
      const { signal } = abort;
      const result = await agent.run(`Read ${name}.`, { transcript, signal });
      if (result.status !== 'completed') {
        errors.write('The run ended before an answer.\n');
        return abort.signal.aborted ? 130 : 1;
      }
      output.write(`  ${shorten(escapeLine(result.output))}\n`);
      transcript = result.transcript;
    }
    const kept = JSON.stringify(transcript).length;
    output.write(`The transcript has all ${transcript.turns.length} turns, ${kept} characters.\n`);
    return 0;
  } finally {
    stopListening();
    await chosen.close();
  }
};

function readDocument(documents: readonly Document[]) {
  return tool({
    name: 'read_document',
    description: 'Reads a document.',
    parameters: z.object({
      file: z.string().describe('Name of the document, such as report-01.txt'),
    }),
    repeat: 'safe',
    execute: ({ file }) => {
      const found = documents.find(({ name }) => name === file);
      if (found === undefined) throw new Error(`There is no document "${file}".`);
      return found.text;
    },
  });
}

function formatCompaction({
  reason,
  before,
  after,
}: Extract<RunEvent, { type: 'context-compacted' }>): string {
  return `compacted (${reason}): ${before.turns} turns, about ${before.tokens} tokens -> ${after.turns} turns, about ${after.tokens} tokens`;
}

const maxLineChars = 100;

function shorten(text: string): string {
  return text.length > maxLineChars ? `${text.slice(0, maxLineChars)}…` : text;
}

await runIfStarted(main, import.meta.url);
