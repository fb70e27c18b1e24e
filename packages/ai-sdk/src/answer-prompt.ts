import { randomUUID } from 'node:crypto';
import type {
  JSONObject,
  LanguageModelV4CallOptions,
  LanguageModelV4FinishReason,
  SharedV4ProviderMetadata,
  SharedV4Warning,
} from '@ai-sdk/provider';
import {
  Agent,
  type AgentRun,
  type AssistantTurn,
  type FinishReason,
  type Fix,
  jsonSchema,
  type Model,
  memoryBlobStore,
  OutputInvalidError,
  type RunResult,
  type ToolCall,
  TurnwiseError,
  type Usage,
} from '@turnwise/core';
import { runStateOf } from '@turnwise/core/model';
import { type ReadOptions, readCallOptions } from './call-options.ts';
import { toProviderMetadata } from './provider-data.ts';
import { type ReadPrompt, readPrompt } from './read-prompt.ts';
import type { TurnwiseOptions } from './turnwise-options.ts';

/** A call of a reply, with an id that no other call has. */
interface ReplyCall {
  readonly id: string;
  readonly name: string;
  /** JSON text, or what the model wrote if it is not JSON. */
  readonly input: string;
}

/** One reply for the AI SDK: text or calls. */
export interface Reply {
  readonly reasoning: string;
  readonly reasoningMetadata: SharedV4ProviderMetadata | undefined;
  readonly text: string;
  readonly calls: readonly ReplyCall[];
  readonly finishReason: LanguageModelV4FinishReason;
  readonly usage: Usage;
  readonly metadata: SharedV4ProviderMetadata | undefined;
}

/** What arrives before the reply is complete. */
export type AnswerProgress =
  | {
      readonly type: 'started';
      readonly warnings: readonly SharedV4Warning[];
      readonly model: string;
    }
  | { readonly type: 'text' | 'reasoning'; readonly delta: string }
  /** The text or reasoning so far is void, and starts again. */
  | { readonly type: 'restarted' };

/** What answers prompts. */
export interface Answerer {
  readonly model: Model;
  readonly agentOptions: Omit<TurnwiseOptions, 'provider'>;
}

/** Requests of one reply: the first, and those after calls with wrong arguments. */
const maxSteps = 3;

/**
 * Answers one prompt with an agent whose tools all wait for a decision: the run ends with text, or pauses with calls, which
 * the AI SDK then executes. Throws what the run throws.
 */
export async function* answerPrompt(
  { model, agentOptions }: Answerer,
  call: LanguageModelV4CallOptions,
): AsyncGenerator<AnswerProgress, { readonly reply: Reply; readonly warnings: SharedV4Warning[] }> {
  const blobs = memoryBlobStore();
  const options = readCallOptions(call);
  const prompt = readPrompt(call.prompt, blobs);
  const inputs = new Map<string, unknown>();
  const agent = new Agent<unknown, unknown>({
    ...agentOptions,
    name: 'ai-sdk',
    model,
    instructions: prompt.instructions,
    tools: options.tools((id, input) => void inputs.set(id, input)),
    settings: options.settings,
    toolChoice: options.toolChoice,
    limits: { maxSteps },
    blobs,
    ...(options.output && { output: jsonSchema(options.output) }),
  } as ConstructorParameters<typeof Agent<unknown, unknown>>[0]);
  yield { type: 'started', warnings: options.warnings, model: model.id };
  const state = runStateOf(prompt.transcript, { conversationId: options.conversationId });
  const run = agent.resume(state, { signal: call.abortSignal });
  const finishReason = yield* readEvents(run, { showsText: options.output === undefined });
  const result = await resultOf(run);
  call.abortSignal?.throwIfAborted();
  const reply = toReply(result, { finishReason, inputs, prompt, options });
  return { reply, warnings: [...options.warnings] };
}

/** Passes on what may be shown, and returns the finish reason of the last request. */
async function* readEvents(
  run: AgentRun<unknown>,
  { showsText }: { readonly showsText: boolean },
): AsyncGenerator<AnswerProgress, FinishReason> {
  let reason: FinishReason = 'other';
  let hasTools = true;
  try {
    for await (const event of run) {
      switch (event.type) {
        case 'request-started':
          hasTools = event.tools > 0;
          yield { type: 'restarted' };
          break;
        case 'stream-restarted':
          yield { type: 'restarted' };
          break;
        case 'reasoning-delta':
          yield { type: 'reasoning', delta: event.text };
          break;
        case 'text-delta':
          // Calls may follow the text of a request with tools, and the AI SDK cannot take text back.
          if (!hasTools && showsText) yield { type: 'text', delta: event.text };
          break;
        case 'request-finished':
          if (event.finishReason !== 'aborted' && event.finishReason !== 'failed') {
            reason = event.finishReason;
          }
          break;
        default:
          break;
      }
    }
  } catch (thrown) {
    if (!(thrown instanceof OutputInvalidError)) throw thrown;
  }
  return reason;
}

/** An answer that does not fit its schema is returned as it is: the AI SDK has its own error for it. */
async function resultOf(run: AgentRun<unknown>): Promise<RunResult<unknown> | OutputInvalidError> {
  try {
    return await run.result;
  } catch (thrown) {
    if (thrown instanceof OutputInvalidError) return thrown;
    throw thrown;
  }
}

interface ReplyParts {
  readonly finishReason: FinishReason;
  /** The checked arguments of the calls that wait, by id. */
  readonly inputs: ReadonlyMap<string, unknown>;
  readonly prompt: ReadPrompt;
  readonly options: ReadOptions;
}

function toReply(result: RunResult<unknown> | OutputInvalidError, parts: ReplyParts): Reply {
  const { finishReason, prompt } = parts;
  if (result instanceof OutputInvalidError) {
    return {
      ...noReply,
      text: result.text,
      finishReason: { unified: 'stop', raw: finishReason },
    };
  }
  const turn = lastAssistantTurn(result, prompt.transcript.turns.length);
  const common = {
    reasoning: turn?.reasoning ?? '',
    reasoningMetadata: turn?.provider && toProviderMetadata(turn.provider),
    usage: result.usage,
    metadata: metadataOf(result.fixes, prompt),
  };
  if (result.status === 'completed') {
    const text = parts.options.output ? JSON.stringify(result.output) : result.text;
    return { ...common, text, calls: [], finishReason: toFinishReason(finishReason) };
  }
  const calls = turn?.kind === 'calls' ? turn.calls : [];
  if (calls.length === 0) throw stoppedWithoutReply(result);
  return {
    ...common,
    text: '',
    calls: calls.map((each) => toReplyCall(each, parts.inputs.get(each.id))),
    finishReason: { unified: 'tool-calls', raw: finishReason },
  };
}

const noReply: Omit<Reply, 'text' | 'finishReason'> = {
  reasoning: '',
  reasoningMetadata: undefined,
  calls: [],
  usage: { inputTokens: 0, outputTokens: 0, cachedInputTokens: 0 },
  metadata: undefined,
};

/** The last turn of the model that this run added; calls that stay wrong are answered by the AI SDK. */
function lastAssistantTurn(
  { transcript }: RunResult<unknown>,
  promptLength: number,
): AssistantTurn | undefined {
  const added = transcript.turns.slice(promptLength);
  return added.findLast((turn): turn is AssistantTurn => turn.role === 'assistant');
}

function toReplyCall(call: ToolCall, checked: unknown): ReplyCall {
  const { name, unreadable } = call;
  const input = unreadable?.text ?? JSON.stringify(checked ?? call.arguments);
  // Ids of the AI SDK must differ in the whole conversation, which this package does not keep.
  return { id: `call_${randomUUID()}`, name, input };
}

function metadataOf(
  fixes: readonly Fix[],
  { changes }: ReadPrompt,
): SharedV4ProviderMetadata | undefined {
  if (fixes.length === 0 && changes.length === 0) return undefined;
  return { turnwise: { fixes, changes } as unknown as JSONObject };
}

const finishReasons: Readonly<Record<FinishReason, LanguageModelV4FinishReason['unified']>> = {
  stop: 'stop',
  length: 'length',
  // The reply is text; some servers report `tool_calls` for it.
  'tool-calls': 'stop',
  'content-filter': 'content-filter',
  other: 'other',
};

function toFinishReason(reason: FinishReason): LanguageModelV4FinishReason {
  return { unified: finishReasons[reason], raw: reason };
}

function stoppedWithoutReply(result: RunResult<unknown>): TurnwiseError {
  const reason = result.status === 'stopped' ? result.reason : result.status;
  return new TurnwiseError('run_failed', `The request ended without a reply: ${reason}.`);
}
