import type { ToolChoice } from '../dialect/dialect.ts';
import type { Model, ModelSettings } from '../model/model.ts';
import type { Tool } from '../tool/tool.ts';
import type { BlobStore } from '../turns/blob-store.ts';
import type { UserInput } from '../turns/turn.ts';
import type { Effects } from './effects.ts';
import type { RunLimits } from './limits.ts';
import type { OutputSpec } from './output-spec.ts';
import type { AbortCause, RunState } from './run-state.ts';
import type { StopCondition } from './stop-condition.ts';

/** Instructions of an agent: text, or a function of the program's context. */
export type Instructions<Context> = string | ((context: Context) => string | Promise<string>);

/** What came in from outside while the run went on. */
export interface Inbox {
  /** Inputs since the last look, oldest first. */
  take(): readonly UserInput[];
  /** Why the run was aborted, or `undefined` while it was not. */
  abortCause(): AbortCause | undefined;
}

/** What a run is made with; nothing of it is saved. */
export interface RunSetup<Context> {
  readonly model: Model;
  readonly instructions: Instructions<Context>;
  readonly tools: readonly Tool<Context>[];
  readonly settings: ModelSettings;
  readonly toolChoice: ToolChoice | 'none';
  readonly stopWhen: readonly StopCondition[];
  readonly limits: RunLimits;
  /** How often the same call may have the same result in a row before it is answered instead of run; 0 turns that off. */
  readonly maxRepeats: number;
  /** The shape of the answer, where it is not text. */
  readonly output: OutputSpec<Context> | undefined;
  /** Whether a text reply to an act request is the answer, or an answer is asked for separately. */
  readonly finalAnswer: 'inline' | 'separate';
  readonly context: Context;
  readonly blobs: BlobStore;
  readonly effects: Effects;
  readonly inbox: Inbox;
  readonly signal: AbortSignal;
  /** Whether anyone wants replies in pieces. */
  readonly stream: boolean;
}

/** A run: what it is made with, and what it knows. */
export interface Run<Context> {
  readonly setup: RunSetup<Context>;
  readonly state: RunState;
}
