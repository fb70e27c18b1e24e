import type { ContextWindowOptions } from '../../context/context-window-options.ts';
import type { TurnMeasurer } from '../../context/estimate-turn.ts';
import { TokenLedger } from '../../context/token-ledger.ts';
import type { ToolChoice } from '../../dialect/dialect.ts';
import type { Model, ModelSettings } from '../../model/model.ts';
import type { Schema } from '../../schema/schema.ts';
import type { Tool } from '../../tool/tool.ts';
import type { KeepImage } from '../../tool/tool-output.ts';
import type { BlobStore } from '../../turns/blob-store.ts';
import type { UserInput } from '../../turns/turn.ts';
import { contextSlice } from './context-slice.ts';
import type { Effects } from './effects.ts';
import type { RunLimits } from './run-limits.ts';
import type { RunState } from './run-state.ts';
import type { StopCondition } from './stop-condition.ts';
import type { ToolSearch } from './tool-search-options.ts';

/** Instructions of an agent: text, or a function of the program's context. */
export type Instructions<Context> = string | ((context: Context) => string | Promise<string>);

/**
 * The program's own check of an output that fits its schema. A returned string is the reason for a rejection: it is sent to
 * the model, which must send a corrected answer.
 */
export type ValidateOutput<Context, Output> = (
  output: Output,
  context: { readonly context: Context },
) => undefined | string | Promise<undefined | string>;

/** The schema of an answer, and what else the answer must pass. */
export interface OutputSpec<Context> {
  readonly schema: Schema;
  /** How often the model may correct an answer that does not fit. */
  readonly retries: number;
  readonly validate: ValidateOutput<Context, unknown> | undefined;
}

/** Why a run was aborted: by the program, or because `maxWallTimeMs` was over. */
export type AbortCause = 'aborted' | 'max-wall-time';

/** An input from outside. */
export interface InboxInput extends UserInput {
  /** The id that the engine gave it; missing for inputs without one. */
  readonly id?: string;
}

/** What came from outside since the last poll. */
interface InboxItems {
  /** Inputs, oldest first. */
  readonly inputs: readonly InboxInput[];
  /** Why the run was aborted; `undefined` if it was not. */
  readonly aborted: AbortCause | undefined;
}

/** The inputs and the abort that come from outside of the loop. */
export interface Inbox {
  /** Takes what is there; a promise only if images must be read. Rejects if an image of an input cannot be read. */
  poll(): InboxItems | Promise<InboxItems>;
  /** Whether the run was aborted. Takes nothing. */
  readonly isAborted: boolean;
  /** Aborts the run after this time in milliseconds; at once if it is not positive. */
  limitTime(ms: number): void;
}

/** What a run is started with. It is not saved. */
export interface RunSetup<Context> {
  readonly model: Model;
  readonly instructions: Instructions<Context>;
  readonly tools: readonly Tool<Context>[];
  /** When tools are hidden; `false` if never. */
  readonly toolSearch: ToolSearch;
  /** Whether parameters that look like an identifier or an address must be grounded. */
  readonly grounded: boolean;
  readonly settings: ModelSettings;
  readonly toolChoice: ToolChoice | 'none';
  readonly stopWhen: readonly StopCondition[];
  readonly limits: RunLimits;
  /** The schema of the answer; `undefined` for text. */
  readonly output: OutputSpec<Context> | undefined;
  /** Whether a text reply to an act request is the answer, or the answer is requested separately. */
  readonly finalAnswer: 'inline' | 'separate';
  readonly context: Context;
  readonly contextWindow: ContextWindowOptions;
  /** Measures turns for the model; all runs of the agent share its cache. */
  readonly measurer: TurnMeasurer;
  readonly blobs: BlobStore;
  /** Checks and stores the images that tools return. */
  readonly keepImage: KeepImage;
  readonly effects: Effects;
  readonly inbox: Inbox;
  readonly signal: AbortSignal;
  /** Whether replies are streamed. */
  readonly stream: boolean;
  readonly observe: ObserveOptions;
}

/** What events carry in addition. It does not change what is sent. */
export interface ObserveOptions {
  /** Whether `request-started` has the messages of the request as `prompt`. @default false */
  readonly messages?: boolean | undefined;
}

/** A run: what it is started with, and what it remembers. */
export interface Run<Context> {
  readonly setup: RunSetup<Context>;
  readonly state: RunState;
  /** Knows the token counts of the conversation. */
  readonly ledger: TokenLedger;
}

/** Makes a run. */
export function newRun<Context>(setup: RunSetup<Context>, state: RunState): Run<Context> {
  const { correction } = contextSlice.of(state);
  return { setup, state, ledger: new TokenLedger(setup.measurer, { correction }) };
}
