import { contextBudget } from '../context/context-budget.ts';
import type { ContextWindowOptions } from '../context/context-window-options.ts';
import { TurnwiseError } from '../errors.ts';
import { imageOptionChecks, requireFit } from '../images/image-options.ts';
import type { Model, ModelSettings } from '../model/model.ts';
import { checkOptions, isListOf, type OptionChecks, option } from '../options.ts';
import { isPromiseLike } from '../promise-like.ts';
import type { Price, RunLimits } from '../run/state/run-limits.ts';
import type { ObserveOptions } from '../run/state/run-setup.ts';
import type { ToolSearchOptions } from '../run/state/tool-search-options.ts';
import type { Tool } from '../tool/tool.ts';
import { checkExtraBody } from '../transport/transport-options.ts';
import type { Transcript } from '../turns/transcript.ts';
import type {
  AgentOptions,
  ResumeOptions,
  RunOptions,
  RunTuning,
  SeedOptions,
} from './agent-options.ts';
import type { Session } from './session/session.ts';

const settings: OptionChecks<ModelSettings> = {
  temperature: option.number({ min: 0 }),
  topP: option.number({ above: 0, max: 1 }),
  maxOutputTokens: option.whole(1),
  stop: option.strings,
  seed: option.number({}),
  extraBody: option.dictionary,
};

const price: OptionChecks<Price> = {
  input: option.number({ min: 0 }),
  output: option.number({ min: 0 }),
  cachedInput: option.number({ min: 0 }),
};

const limits: OptionChecks<RunLimits> = {
  maxSteps: option.whole(1),
  maxRepeats: option.whole(0),
  maxCallsPerReply: option.whole(1),
  maxParallelTools: option.whole(1),
  maxRequests: option.whole(1),
  maxToolCalls: option.whole(1),
  maxInputTokens: option.whole(1),
  maxOutputTokens: option.whole(1),
  maxTotalTokens: option.whole(1),
  maxWallTimeMs: option.number({ above: 0 }),
  maxCost: option.number({ above: 0 }),
  prices: option.record(option.object(price)),
  onLimit: option.oneOf('stop', 'answer'),
};

const observe: OptionChecks<ObserveOptions> = { messages: option.flag };

const tuning: OptionChecks<RunTuning> = {
  settings: option.object(settings),
  toolChoice: option.object(
    { tool: option.text },
    option.value('one of: auto, required, none, { tool: NAME }', (given) =>
      ['auto', 'required', 'none'].some((each) => each === given),
    ),
  ),
  stopWhen: option.value(
    'a stop condition such as stepCountIs(8), or a list of them',
    (given) => typeof given === 'function' || isListOf(given, 'function'),
  ),
  limits: option.object(limits),
  observe: option.object(observe),
  finalAnswer: option.oneOf('inline', 'separate'),
};

const contextWindow: OptionChecks<ContextWindowOptions> = {
  policy: option.oneOf('cap-and-drop', 'drop', 'summarise', 'off'),
  tokens: option.whole(1),
  reserveTokens: option.whole(0),
  pin: option.func,
  countTokens: option.func,
};

const toolSearch: OptionChecks<ToolSearchOptions> = {
  threshold: option.number({ above: 0, max: 1 }),
  keep: option.strings,
};

const agentOptions: OptionChecks<AgentOptions<unknown>> = {
  ...tuning,
  name: option.text,
  instructions: option.value(
    'a string or a function that returns one',
    (given) => typeof given === 'string' || typeof given === 'function',
  ),
  model: option.any,
  tools: option.value(
    'a list of tools, such as [getWeather]; for an object of tools, Object.values(tools)',
    Array.isArray,
  ),
  grounded: option.flag,
  toolSearch: option.object(
    toolSearch,
    option.value(
      '"auto", false or { threshold, keep }',
      (given) => given === 'auto' || given === false,
    ),
  ),
  output: option.any,
  outputRetries: option.whole(0),
  validateOutput: option.func,
  contextWindow: option.object(contextWindow),
  images: option.object(imageOptionChecks),
  blobs: option.methods('a BlobStore, such as memoryBlobStore()', 'put', 'get'),
  tracer: option.methods('a RunTracer, such as openTelemetry()', 'startRun'),
};

const session = option.methods(
  'a session: new Session({ id, store })',
  'transcript',
  'paused',
  'delete',
);

const starting = {
  ...tuning,
  context: option.any,
  signal: option.signal,
  effects: option.methods('an Effects, such as inProcessEffects', 'perform', 'value', 'all'),
};

const runOptions: OptionChecks<RunOptions<unknown>> = {
  ...starting,
  transcript: option.any,
  session,
  openCalls: option.oneOf('refuse', 'cancel'),
  conversationId: option.text,
};

const seedOptions: OptionChecks<SeedOptions> = {
  runId: option.text,
  conversationId: option.text,
  transcript: option.any,
};

const resumeOptions: OptionChecks<ResumeOptions<unknown>> = {
  ...starting,
  // What is a decision is checked when it is read.
  decisions: option.record(option.any),
  input: option.any,
  session,
};

/** Throws `invalid_options` if no agent can be created with these options. */
export function checkAgentOptions<Context, Output>(options: AgentOptions<Context, Output>): void {
  if (options === undefined) {
    throw invalid('An agent needs options: new Agent({ name, model, … }).');
  }
  checkOptions(options, { name: 'new Agent()', known: agentOptions });
  if (typeof options.name !== 'string' || options.name === '') {
    throw invalid('An agent needs a name: new Agent({ name: "guide", … }).');
  }
  checkModel(options.name, options.model);
  const { tools = [] } = options;
  const notATool = tools.findIndex((each) => each?.schema === undefined);
  if (notATool !== -1) {
    const place = `tools[${notATool}] of agent "${options.name}"`;
    throw invalid(`${place} ${explainNoTool(tools[notATool])}`);
  }
  const { output, outputRetries, validateOutput } = options;
  for (const [name, value] of Object.entries({ outputRetries, validateOutput })) {
    if (output === undefined && value !== undefined) {
      throw invalid(`Option "${name}" needs an output schema. Pass \`output\` too.`);
    }
  }
  requireFit(options.images ?? {});
  const { contextWindow: window, settings: { maxOutputTokens } = {} } = options;
  // Whether the reserved tokens leave a prompt can be checked now if the size of the window is given.
  if (window?.tokens !== undefined) contextBudget(window.tokens, window, maxOutputTokens);
  checkTuning(options, options.tools ?? [], options.model.id);
}

/** A client of `openai` has a function `request`, too, but no `id`. */
function checkModel(agent: string, model: Partial<Model> | undefined): void {
  if (typeof model?.request === 'function' && typeof model.id === 'string') return;
  const isOfAiSdk = 'specificationVersion' in Object(model);
  throw invalid(
    isOfAiSdk
      ? `The model of agent "${agent}" is one of the AI SDK. Wrap it: aiSdkModel(…) of @turnwise/ai-sdk.`
      : `Agent "${agent}" needs a model, such as privatemode('gemma-3-27b') or openaiCompatible({ … }).`,
  );
}

function explainNoTool(given: unknown): string {
  if (isPromiseLike(given)) return 'is a promise. Await it first.';
  if (Array.isArray(given)) return "is a list. Spread it: tools: [...files({ root: 'docs' })].";
  if (typeof given === 'function') return 'is a function. Call it if it returns a tool.';
  const isOfAiSdk = 'inputSchema' in Object(given);
  return `is not a tool. Create it with tool({ … })${isOfAiSdk ? ', or convert tools of the AI SDK with aiSdkTools() of @turnwise/ai-sdk' : ''}.`;
}

/** Throws `invalid_options` for an option of `agent.run()` or `agent.stream()` that does not exist or is wrong. */
export function checkRunOptions(name: 'agent.run()' | 'agent.stream()', options: unknown): void {
  checkOptions(options, { name, known: runOptions });
}

/** Throws `invalid_options` for an option of `agent.resume()` that does not exist or is wrong. */
export function checkResumeOptions(options: unknown): void {
  checkOptions(options, { name: 'agent.resume()', known: resumeOptions });
}

/** Throws `invalid_options` for an option of `agent.seed()` that does not exist or is wrong. */
export function checkSeedOptions(options: unknown): void {
  checkOptions(options, { name: 'agent.seed()', known: seedOptions });
}

/** Throws `invalid_options` for an option of `run.steer()` that does not exist or is wrong. */
export function checkSteerOptions(options: unknown): void {
  checkOptions(options, { name: 'run.steer()', known: { id: option.text } });
}

/** Throws `invalid_options` for a cost limit without a price, and for a tool choice that the agent's tools do not allow. */
export function checkTuning<Context>(
  { settings: { extraBody } = {}, toolChoice, limits: { maxCost, prices } = {} }: RunTuning,
  tools: readonly Tool<Context>[],
  model: string,
): void {
  checkExtraBody('settings.extraBody', extraBody);
  checkToolChoice(toolChoice, tools);
  const { input, output } = prices?.[model] ?? {};
  if (maxCost !== undefined && (input === undefined || output === undefined)) {
    throw invalid(
      `limits.maxCost needs the price of "${model}": limits.prices["${model}"] = { input, output }, per million tokens.`,
    );
  }
}

/** Throws `invalid_options` if the value is not a transcript, such as the JSON of one, or is given next to a session. */
export function checkTranscript(transcript: Transcript, session: Session | undefined): void {
  if (session !== undefined && transcript?.turns?.length !== 0) {
    throw invalid('`session` has the conversation. Pass either `session` or `transcript`.');
  }
  if (typeof transcript?.awaits === 'string' && Array.isArray(transcript.turns)) return;
  throw invalid(
    Array.isArray(transcript)
      ? '`transcript` is a list, not a Transcript. Import messages with Transcript.repair(messages).transcript.'
      : '`transcript` is not a Transcript. If you saved it as JSON, load it with Transcript.fromJSON(json).',
  );
}

function checkToolChoice<Context>(
  toolChoice: RunTuning['toolChoice'],
  tools: readonly Tool<Context>[],
): void {
  if (toolChoice === undefined || toolChoice === 'auto' || toolChoice === 'none') return;
  if (toolChoice === 'required') {
    if (tools.length === 0) throw invalid('toolChoice is "required", but the agent has no tools.');
    return;
  }
  if (!tools.some(({ name }) => name === toolChoice.tool)) {
    throw invalid(`toolChoice names "${toolChoice.tool}", which is not a tool of the agent.`);
  }
}

function invalid(message: string): TurnwiseError {
  return new TurnwiseError('invalid_options', message);
}
