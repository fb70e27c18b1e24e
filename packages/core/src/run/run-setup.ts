import type { ContextWindowOptions } from '../context/context-window-options.ts';
import type { TurnMeasurer } from '../context/estimate-turn.ts';
import { TokenLedger } from '../context/token-ledger.ts';
import type { ToolChoice } from '../dialect/dialect.ts';
import type { Model, ModelSettings } from '../model/model.ts';
import type { Tool } from '../tool/tool.ts';
import type { BlobStore } from '../turns/blob-store.ts';
import type { UserInput } from '../turns/turn.ts';
import type { Effects } from './effects.ts';
import type { OutputSpec } from './output-spec.ts';
import type { RunLimits } from './run-limits.ts';
import type { AbortCause, RunState } from './run-state.ts';
import type { StopCondition } from './stop-condition.ts';

/** Instructions of an agent: text, or a function of the program's context. */
export type Instructions<Context> = string | ((context: Context) => string | Promise<string>);

/** What came in from outside since the last look. */
interface InboxItems {
  /** Inputs, oldest first. */
  readonly inputs: readonly UserInput[];
  /** Why the run was aborted, or `undefined` while it was not. */
  readonly aborted: AbortCause | undefined;
}

/** Where a run looks for what came in from outside. */
export interface Inbox {
  /** Takes what is there, at once where no image has to be read. Rejects where an image of an input cannot be read. */
  poll(): InboxItems | Promise<InboxItems>;
  /** Whether the run was aborted; takes nothing. */
  readonly isAborted: boolean;
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
  /** The shape of the answer, where it is not text. */
  readonly output: OutputSpec<Context> | undefined;
  /** Whether a text reply to an act request is the answer, or an answer is asked for separately. */
  readonly finalAnswer: 'inline' | 'separate';
  readonly context: Context;
  readonly contextWindow: ContextWindowOptions;
  /** Measures turns for the model; what it has measured serves every run of the agent. */
  readonly measurer: TurnMeasurer;
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
  /** Knows what the conversation costs. */
  readonly ledger: TokenLedger;
}

/** A run out of what it is made with and what it knows. */
export function newRun<Context>(setup: RunSetup<Context>, state: RunState): Run<Context> {
  const ledger = new TokenLedger(setup.measurer, { correction: state.correction });
  return { setup, state, ledger };
}
