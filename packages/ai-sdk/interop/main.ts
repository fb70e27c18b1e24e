/**
 * Runs the same jobs in the AI SDK and in OpenAI Agents, with a Turnwise model and without, on the embedded endpoint with the
 * quirks of three servers, and prints what was done. Needs Node 22 or later: `pnpm interop`.
 */
import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { type Model, OpenAIChatCompletionsModel } from '@openai/agents';
import { aisdk } from '@openai/agents-extensions/ai-sdk';
import { turnwise } from '@turnwise/ai-sdk';
import { openaiCompatible } from '@turnwise/core';
import { type LocalEndpoint, startLocalEndpoint } from '@turnwise/local';
import OpenAI from 'openai';
import { aiSdkJobs, type Job } from './ai-sdk-jobs.ts';
import { openaiAgentsJobs } from './openai-agents-jobs.ts';

const servers = ['vllm', 'llama.cpp-2026', 'ollama'] as const;
const modelId = 'gemma-3-27b';

type MakeModel<Model> = (endpoint: LocalEndpoint) => Model;

const direct = ({ url }: LocalEndpoint) =>
  createOpenAICompatible({ name: 'server', baseURL: url, supportsStructuredOutputs: true })(
    modelId,
  );
const through = ({ url }: LocalEndpoint) =>
  turnwise(openaiCompatible({ baseURL: url, model: modelId }));
const directAgents = ({ url }: LocalEndpoint) =>
  new OpenAIChatCompletionsModel(
    new OpenAI({ baseURL: url, apiKey: 'none', maxRetries: 0 }) as never,
    modelId,
  );
// The types of the adapter belong to an older version of OpenAI Agents and differ in optional fields.
const throughAgents = (endpoint: LocalEndpoint) => aisdk(through(endpoint)) as unknown as Model;

/** Runs each job on each server; prints one line for each, and returns how many were done. */
async function count<Model>(
  title: string,
  jobs: readonly Job<Model>[],
  make: MakeModel<Model>,
): Promise<number> {
  let done = 0;
  for (const quirks of servers) {
    for (const job of jobs) {
      const endpoint = await startLocalEndpoint({ quirks, models: [modelId] });
      if (job.firstReply !== undefined) endpoint.script.push({ text: job.firstReply });
      const problem = await job.run(make(endpoint)).then(
        () => undefined,
        (thrown: unknown) => String(Object(thrown).message ?? thrown).split('\n')[0],
      );
      if (problem === undefined) done += 1;
      if (process.argv.includes('--verbose')) {
        console.log(`  ${title} | ${quirks} | ${job.name}: ${problem ?? 'done'}`);
      }
      await endpoint.close();
    }
  }
  console.log(`${title}: ${done} of ${jobs.length * servers.length}`);
  return done;
}

await count('AI SDK alone', aiSdkJobs, direct);
const aiSdkDone = await count('AI SDK on a Turnwise model', aiSdkJobs, through);
await count('OpenAI Agents alone', openaiAgentsJobs, directAgents);
const agentsDone = await count(
  'OpenAI Agents on a Turnwise model',
  openaiAgentsJobs,
  throughAgents,
);

const isComplete =
  aiSdkDone === aiSdkJobs.length * servers.length &&
  agentsDone === openaiAgentsJobs.length * servers.length;
process.exit(isComplete ? 0 : 1);
