import type { ContextWindowOptions } from '../context/context-window-options.ts';
import type { ToolChoice } from '../dialect/dialect.ts';
import type { ImageOptions } from '../images/image-options.ts';
import type { Model, ModelSettings } from '../model/model.ts';
import type { PartialOptions } from '../options.ts';
import type { Effects } from '../run/state/effects.ts';
import type { RunLimits } from '../run/state/run-limits.ts';
import type { Instructions, ObserveOptions, ValidateOutput } from '../run/state/run-setup.ts';
import type { RunTracer } from '../run/state/run-tracer.ts';
import type { StopCondition } from '../run/state/stop-condition.ts';
import type { ToolSearchOptions } from '../run/state/tool-search-options.ts';
import type { OutputSchema } from '../schema/convert/to-schema.ts';
import type { Tool } from '../tool/tool.ts';
import type { BlobStore } from '../turns/blob-store.ts';
import type { Transcript } from '../turns/transcript.ts';
import type { AgentInput } from './read-input.ts';
import type { Session } from './session/session.ts';
import type { Decisions } from './take-decisions.ts';

/** Limits of a run and settings of its model: options of an agent, and of one run, which override those of the agent. */
export interface RunTuning {
  /** Settings of the model. Those of a run override those of the agent one by one. */
  readonly settings?: ModelSettings | undefined;
  /**
   * Whether the model may, must or must not call tools. `required` and a named tool apply until the first call.
   * @default 'auto'
   */
  readonly toolChoice?: ToolChoice | 'none' | undefined;
  /** Stops the run after the tools of a step if one of these returns true. */
  readonly stopWhen?: StopCondition | readonly StopCondition[] | undefined;
  /** Limits. Those of a run override those of the agent one by one. */
  readonly limits?: PartialOptions<RunLimits> | undefined;
  /** What events carry in addition. */
  readonly observe?: ObserveOptions | undefined;
  /**
   * `inline`: the first text reply is the answer. `separate`: a text reply to a request with tools only ends the calls, and
   * a request without tools asks for the answer. @default 'inline'
   */
  readonly finalAnswer?: 'inline' | 'separate' | undefined;
}

/** The options of `new Agent()`. */
export interface AgentOptions<
  Context,
  Output = string,
  AgentTool extends Tool<never> = Tool<Context>,
> extends RunTuning {
  /** The name of the agent in events. */
  readonly name: string;
  /** The system message: text, or a function of the program's context. */
  readonly instructions?: Instructions<Context> | undefined;
  readonly model: Model;
  /**
   * The tools that the model may call. If the names of all of them are known to TypeScript, `call.name` decides the type of
   * `call.arguments` in events and in `result.waiting`.
   */
  readonly tools?: readonly (AgentTool & Tool<Context>)[] | undefined;
  /**
   * Whether the values of some parameters of all tools must occur in the conversation: those whose name ends in `id` (`id`,
   * `order_id`, `orderId`) or whose format is `email`, `uuid` or `uri`, without a list of allowed values. The option
   * `grounded` of a tool adds others. @default false
   */
  readonly grounded?: boolean | undefined;
  /**
   * Whether tools are hidden if they take too much of the context window. The model then finds them with the tool `find_tools`.
   * `auto`: if there are more than 5 tools and they take more than 10 % of the window. @default 'auto'
   */
  readonly toolSearch?: 'auto' | false | ToolSearchOptions | undefined;
  /** The schema of the answer; `result.output` has its type. @default the answer is text */
  readonly output?: OutputSchema<Output> | undefined;
  /** How many times the model may correct an answer that does not match the schema. @default 2 */
  readonly outputRetries?: number | undefined;
  /** Checks an output that matches the schema. The model is sent a returned string and corrects its answer. */
  readonly validateOutput?: ValidateOutput<Context, Output> | undefined;
  /** How a conversation is shortened to fit the model's context window. */
  readonly contextWindow?: ContextWindowOptions | undefined;
  /** Limits of the images of inputs, and whether they are scaled down. */
  readonly images?: ImageOptions | undefined;
  /** Stores the bytes of images. @default memoryBlobStore() */
  readonly blobs?: BlobStore | undefined;
  /** Records the runs of the agent, such as `openTelemetry()` of `@turnwise/core/otel`. @default nothing is recorded */
  readonly tracer?: RunTracer | undefined;
}

/** The value that tools and functions of the program receive. It is required if its type is known. */
export type WithContext<Context> = unknown extends Context
  ? { readonly context?: Context }
  : { readonly context: Context };

/** The options of every run, without the context. */
export interface StartOptions extends RunTuning {
  /** Aborts the run. */
  readonly signal?: AbortSignal | undefined;
  /** Executes the requests, the tools and every function of the program, for an engine that records them. @default inProcessEffects */
  readonly effects?: Effects | undefined;
}

/** The options of `agent.seed()`. */
export interface SeedOptions {
  /** Identifies the run. @default a random id */
  readonly runId?: string | undefined;
  /** Identifies the conversation for servers that cache prompts. @default the id of the run */
  readonly conversationId?: string | undefined;
  /** The conversation to continue. @default an empty one */
  readonly transcript?: Transcript | undefined;
}

/** The options of a new run, without the context. */
export interface NewRunOptions extends StartOptions {
  /** The conversation to continue. @default an empty one */
  readonly transcript?: Transcript | undefined;
  /** Loads and saves the conversation; instead of `transcript`. */
  readonly session?: Session | undefined;
  /**
   * What happens if calls of the conversation have no results, because they wait for a decision: the run is refused with
   * `calls_waiting`, or the calls are answered as cancelled. @default 'refuse'
   */
  readonly openCalls?: 'refuse' | 'cancel' | undefined;
  /** Identifies the conversation for servers that cache prompts. @default the id of the session or of the run */
  readonly conversationId?: string | undefined;
}

/** The options of a resumed run, without the context. */
export interface ResumedRunOptions extends StartOptions {
  /** The decisions on calls that wait, by call id. */
  readonly decisions?: Decisions | undefined;
  /**
   * A further input of the user. Unless calls wait for a decision, it starts a new run in the same conversation, with an id,
   * limits and costs of its own.
   */
  readonly input?: AgentInput | undefined;
  /** The session of the run: it is saved there, and a state that was continued before is refused with `invalid_state`. */
  readonly session?: Session | undefined;
}

/** The options of `agent.run()` and `agent.stream()`. */
export type RunOptions<Context> = NewRunOptions & WithContext<Context>;

/** The options of `agent.resume()`. */
export type ResumeOptions<Context> = ResumedRunOptions & WithContext<Context>;
