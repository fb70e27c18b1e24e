import { bindMethods } from '../bind-methods.ts';
import { type TurnMeasurer, turnMeasurer } from '../context/estimate-turn.ts';
import { createImageReader, imageKeeper, type ReadImage } from '../images/read-image.ts';
import type { JsonValue } from '../json.ts';
import { nodeCrypto } from '../node-crypto.ts';
import { mergeOptions } from '../options.ts';
import { inboxSlice } from '../run/program/drain-inbox.ts';
import { nextRunState } from '../run/saved/next-run-state.ts';
import { loadRunState, type RunStateJson } from '../run/saved/saved-state.ts';
import { inProcessEffects } from '../run/state/effects.ts';
import type { RunLimits } from '../run/state/run-limits.ts';
import { newRun, type OutputSpec, type Run, type RunSetup } from '../run/state/run-setup.ts';
import { newRunState, type RunState } from '../run/state/run-state.ts';
import { toToolSearch } from '../run/state/tool-search-options.ts';
import type { Tool } from '../tool/tool.ts';
import { type BlobStore, memoryBlobStore } from '../turns/blob-store.ts';
import { Transcript } from '../turns/transcript.ts';
import type { ToolCall } from '../turns/turn.ts';
import type {
  AgentOptions,
  NewRunOptions,
  ResumeOptions,
  RunOptions,
  RunTuning,
  SeedOptions,
  StartOptions,
} from './agent-options.ts';
import { AgentRun } from './agent-run.ts';
import type { AroundRun } from './around-run.ts';
import { checkDecisions } from './check-decisions.ts';
import { checkOpenTools } from './check-open-tools.ts';
import {
  checkAgentOptions,
  checkResumeOptions,
  checkRunOptions,
  checkTranscript,
  checkTuning,
} from './check-options.ts';
import { checkTools } from './check-tools.ts';
import { EventHub, type RunEventType, type RunListener } from './event-hub.ts';
import { fingerprintOf } from './fingerprint.ts';
import { toOutputSpec } from './output-spec.ts';
import type { AgentInput } from './read-input.ts';
import { refuseOpenCalls } from './refuse-open-calls.ts';
import { createRunControl } from './run-control.ts';
import type { RunResult } from './run-result.ts';
import { seedRun } from './seed-run.ts';
import { SessionRun } from './session/session-run.ts';
import { startTrace } from './start-trace.ts';
import { type Decisions, takeDecisions } from './take-decisions.ts';

/** Options that are required if the context has a known type. */
export type OptionalIfUnknown<Context, Options> = unknown extends Context
  ? [options?: Options]
  : [options: Options];

/** The calls of these tools; without a tool any call. */
export type CallsOf<AgentTool extends Tool<never>> = [AgentTool] extends [never]
  ? ToolCall
  : NonNullable<AgentTool['~call']>;

/**
 * An agent: a model, instructions and tools. It holds no conversation; each run has its own.
 *
 * @example
 * const agent = new Agent({ name: 'guide', instructions: 'Be brief.', model: privatemode('gemma-3-27b'), tools: [getWeather] });
 * const result = await agent.run('What is the weather in Paris?');
 * if (result.status === 'completed') console.log(result.output);
 */
export class Agent<
  Context = unknown,
  Output = string,
  AgentTool extends Tool<never> = Tool<Context>,
> {
  readonly name: string;
  readonly #options: AgentOptions<Context, Output, AgentTool>;
  readonly #limits: RunLimits;
  readonly #output: OutputSpec<Context> | undefined;
  readonly #blobs: BlobStore;
  readonly #readImage: ReadImage;
  readonly #measurer: TurnMeasurer;
  readonly #hub = new EventHub();

  /** Throws `invalid_options`, `duplicate_tool`, or `invalid_schema` for a tool that cannot be encoded for the model. */
  constructor(options: AgentOptions<Context, Output, AgentTool>) {
    bindMethods(this, 'run', 'stream', 'resume', 'seed', 'checkDecisions', 'fingerprint');
    bindMethods(this, 'on', 'once', 'off');
    checkAgentOptions(options);
    checkTools(options.model, options.tools ?? [], { grounded: options.grounded ?? false });
    this.name = options.name;
    this.#options = options;
    this.#limits = mergeOptions(defaultLimits, options.limits);
    this.#output = toOutputSpec<Context, Output>(options);
    this.#blobs = options.blobs ?? memoryBlobStore();
    this.#readImage = createImageReader(this.#blobs, options.images);
    this.#measurer = turnMeasurer({
      countTokens: options.contextWindow?.countTokens,
      imageTokens: (image) => options.model.imageTokens?.(image) ?? 0,
    });
  }

  /**
   * Runs to the end. Replies are not streamed: listeners get no deltas. Rejects with a `TurnwiseError`; if a run had
   * started, the error has its `state`.
   */
  async run(
    input: AgentInput,
    ...[options]: OptionalIfUnknown<Context, RunOptions<Context>>
  ): Promise<RunResult<Output, CallsOf<AgentTool>>> {
    checkRunOptions('agent.run()', options);
    const mode = { stream: false, keepsEvents: false };
    return await this.#begin(input, options, mode).result;
  }

  /** Starts a run with streamed replies: iterate over its events or its text, or await its result. */
  stream(
    input: AgentInput,
    ...[options]: OptionalIfUnknown<Context, RunOptions<Context>>
  ): AgentRun<Output, CallsOf<AgentTool>> {
    checkRunOptions('agent.stream()', options);
    return this.#begin(input, options, { stream: true, keepsEvents: true });
  }

  /**
   * Continues from a saved state: after a pause, a stop, a failure or a crash. Throws `invalid_options`, and `invalid_state`, also
   * if a call waits whose tool this agent does not have.
   */
  resume(
    saved: RunStateJson | JsonValue,
    ...[options]: OptionalIfUnknown<Context, ResumeOptions<Context>>
  ): AgentRun<Output, CallsOf<AgentTool>> {
    checkResumeOptions(options);
    const state = loadRunState(saved);
    takeDecisions(state, options?.decisions ?? {});
    checkOpenTools(state, this.#options.tools ?? []);
    const { input, session } = options ?? {};
    const startsNew = input !== undefined && state.transcript.awaits !== 'tool';
    const next = startsNew ? nextRunState(state, nodeCrypto().randomUUID()) : state;
    return this.#start(next, input === undefined ? [] : [input], options, {
      stream: true,
      keepsEvents: true,
      continues: true,
      around: session && new SessionRun(session, next, { resumes: true, openCalls: 'refuse' }),
    });
  }

  /**
   * The state of a run that has not started, with its input: `agent.resume(seed)` starts it. For an engine that saves the input
   * before anything runs. Images of the input are read and stored now. Rejects with `invalid_options`, `calls_waiting`, or
   * `invalid_image` for an image that cannot be read.
   */
  async seed(input: AgentInput, options?: SeedOptions): Promise<RunStateJson> {
    return await seedRun(this.#readImage, input, options);
  }

  /**
   * Checks decisions on a saved run as `resume` does, and also whether a tool accepts edited arguments, without running
   * anything: for a server that keeps decisions before the run continues. Rejects with `invalid_options` and `invalid_state`.
   */
  async checkDecisions(saved: RunStateJson, decisions: Decisions): Promise<void> {
    await checkDecisions(saved, decisions, this.#options.tools ?? []);
  }

  /**
   * The SHA-256, in hex, of what decides which effects the runs of this agent ask for: the tools with their schemas, the
   * instructions if they are a text, the settings and the id of the model, and the schema of the answer. The code of functions
   * is not included. An engine compares it before it continues a run.
   */
  fingerprint(): string {
    return fingerprintOf(this.#options);
  }

  /**
   * Adds a listener for the events of every run of this agent; a listener on `event` receives all events. Listening changes
   * nothing: only the replies of `stream()` and `resume()` come in deltas. Throws `invalid_options` for an unknown type.
   */
  on<Type extends RunEventType | 'event'>(
    type: Type,
    listener: RunListener<Type, Output, CallsOf<AgentTool>>,
  ): this {
    this.#hub.on(type, listener);
    return this;
  }

  /** Adds a listener for one event. */
  once<Type extends RunEventType | 'event'>(
    type: Type,
    listener: RunListener<Type, Output, CallsOf<AgentTool>>,
  ): this {
    this.#hub.once(type, listener);
    return this;
  }

  /** Removes a listener. */
  off<Type extends RunEventType | 'event'>(
    type: Type,
    listener: RunListener<Type, Output, CallsOf<AgentTool>>,
  ): this {
    this.#hub.off(type, listener);
    return this;
  }

  #begin(
    input: AgentInput,
    options: (NewRunOptions & { readonly context?: Context }) | undefined,
    mode: { readonly stream: boolean; readonly keepsEvents: boolean },
  ): AgentRun<Output, CallsOf<AgentTool>> {
    const runId = nodeCrypto().randomUUID();
    const { session, openCalls = 'refuse', transcript = Transcript.empty() } = options ?? {};
    checkTranscript(transcript, session);
    refuseOpenCalls(transcript, openCalls);
    const state = newRunState(runId, options?.conversationId ?? session?.id ?? runId, transcript);
    const around = session && new SessionRun(session, state, { resumes: false, openCalls });
    return this.#start(state, [input], options, { continues: false, around, ...mode });
  }

  #start(
    state: RunState,
    inputs: readonly AgentInput[],
    options: (StartOptions & { readonly context?: Context }) | undefined,
    mode: {
      readonly stream: boolean;
      readonly keepsEvents: boolean;
      /** Whether it continues from a saved state. */
      readonly continues: boolean;
      readonly around: AroundRun | undefined;
    },
  ): AgentRun<Output, CallsOf<AgentTool>> {
    const control = createRunControl(this.#readImage, { signal: options?.signal, inputs });
    // A copy with a spread and more fields takes a hundred times as long.
    const setup: RunSetup<Context> = Object.assign(this.#tune(options ?? {}), {
      effects: options?.effects ?? inProcessEffects,
      // If the type of the context is unknown, undefined is one of its values.
      context: options?.context as Context,
      inbox: control.inbox,
      signal: control.signal,
      stream: mode.stream,
    });
    const trace = startTrace(this.#options.tracer, this.name, setup, state);
    return new AgentRun<Output, CallsOf<AgentTool>>({
      // The run passes its context only to the functions of its own setup.
      run: newRun(
        trace === undefined ? setup : { ...setup, effects: trace.effects },
        state,
      ) as Run<unknown>,
      control,
      agent: this.name,
      resumed: inboxSlice.of(state).polls > 0,
      cancelsOpenCalls: !mode.continues,
      keepsEvents: mode.keepsEvents,
      isRecorded: options?.effects !== undefined,
      around: mode.around,
      hub: this.#hub,
      trace,
    });
  }

  #tune(
    run: RunTuning,
  ): Omit<RunSetup<Context>, 'context' | 'effects' | 'inbox' | 'signal' | 'stream'> {
    const agent = this.#options;
    const limits = mergeOptions(this.#limits, run.limits);
    const { settings, toolChoice } = run;
    // The cost limit may be an option of the run, and its price an option of the agent.
    checkTuning({ settings, toolChoice, limits }, agent.tools ?? [], agent.model.id);
    const stopWhen = run.stopWhen ?? agent.stopWhen ?? [];
    return {
      model: agent.model,
      instructions: agent.instructions ?? '',
      tools: agent.tools ?? [],
      grounded: agent.grounded ?? false,
      toolSearch: toToolSearch(agent.toolSearch),
      settings: mergeOptions(agent.settings ?? {}, run.settings),
      toolChoice: run.toolChoice ?? agent.toolChoice ?? 'auto',
      stopWhen: typeof stopWhen === 'function' ? [stopWhen] : stopWhen,
      limits,
      observe: mergeOptions(
        { messages: agent.tracer?.observesMessages, ...agent.observe },
        run.observe,
      ),
      finalAnswer: run.finalAnswer ?? agent.finalAnswer ?? 'inline',
      output: this.#output,
      contextWindow: agent.contextWindow ?? {},
      measurer: this.#measurer,
      blobs: this.#blobs,
      keepImage: imageKeeper(this.#readImage),
    };
  }
}

const defaultLimits: RunLimits = {
  maxSteps: 20,
  maxRepeats: 3,
  maxCallsPerReply: 32,
  maxParallelTools: 8,
};
