import type { ContextWindowOptions } from '../context/context-window-options.ts';
import type { ToolChoice } from '../dialect/dialect.ts';
import type { ImageOptions } from '../images/image-options.ts';
import type { Model, ModelSettings } from '../model/model.ts';
import type { Effects } from '../run/effects.ts';
import type { ApprovalDecision } from '../run/run-event.ts';
import type { RunLimits } from '../run/run-limits.ts';
import type { Instructions, ValidateOutput } from '../run/run-setup.ts';
import type { StopCondition } from '../run/stop-condition.ts';
import type { OutputSchema } from '../schema/to-schema.ts';
import type { Tool } from '../tool/tool.ts';
import type { BlobStore } from '../turns/blob-store.ts';
import type { Transcript } from '../turns/transcript.ts';
import type { AgentInput } from './read-input.ts';

/** What bounds a run and how its model is asked; given to an agent, and over it to a run. */
export interface RunTuning {
  /** Laid over the agent's settings, field by field. */
  readonly settings?: ModelSettings;
  /** Whether tools must, may or must not be called; a forced choice holds until its first call. @default 'auto' */
  readonly toolChoice?: ToolChoice | 'none';
  /** Conditions that stop a run after the tools of a step. */
  readonly stopWhen?: StopCondition | readonly StopCondition[];
  /** Laid over the agent's limits, one by one. */
  readonly limits?: Partial<RunLimits>;
  /**
   * `inline`: a text reply is the answer. `separate`: requests with tools only decide, and the answer is asked for without
   * tools. @default 'inline'
   */
  readonly finalAnswer?: 'inline' | 'separate';
}

/** What an agent is made of. */
export interface AgentOptions<Context, Output = string> extends RunTuning {
  /** Names the agent in events. */
  readonly name: string;
  readonly instructions?: Instructions<Context>;
  readonly model: Model;
  readonly tools?: readonly Tool<Context>[];
  /** The shape of the answer; `result.output` has its type. @default text */
  readonly output?: OutputSchema<Output>;
  /** How often an answer that does not fit is asked for again. @default 2 */
  readonly outputRetries?: number;
  /** Your own check of an output that fits; a returned string goes back to the model as the reason to mend it. */
  readonly validateOutput?: ValidateOutput<Context, Output>;
  /** How conversations are kept within the model's context window. */
  readonly contextWindow?: ContextWindowOptions;
  /** Bounds of the images of inputs, and whether they are made smaller. */
  readonly images?: ImageOptions;
  /** Where the bytes of images lie. @default in memory */
  readonly blobs?: BlobStore;
  /** Where everything impure passes. @default in process */
  readonly effects?: Effects;
}

/** What the program's own functions and tools are given; it must be passed where its type is known. */
export type WithContext<Context> = unknown extends Context
  ? { readonly context?: Context }
  : { readonly context: Context };

/** What every start of a run can be given. */
export interface StartOptions extends RunTuning {
  /** Aborts the run. */
  readonly signal?: AbortSignal;
}

/** What a new run can be given, but for its context. */
export interface NewRunOptions extends StartOptions {
  /** The conversation so far; the input goes on with it. */
  readonly transcript?: Transcript;
  /** Names the conversation for servers that cache prompts. @default the run's id */
  readonly conversationId?: string;
}

/** What a resumed run can be given, but for its context. */
export interface ResumedRunOptions extends StartOptions {
  /** A human's word on each call that waits, by call id. */
  readonly decisions?: Readonly<Record<string, ApprovalDecision>>;
  /** Something more to say. */
  readonly input?: AgentInput;
}

/** What a single run is given. */
export type RunOptions<Context> = NewRunOptions & WithContext<Context>;

/** What a resumed run is given. */
export type ResumeOptions<Context> = ResumedRunOptions & WithContext<Context>;
