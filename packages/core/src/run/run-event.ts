import type { ParsedDelta } from '../dialect/dialect.ts';
import type { Fix } from '../dialect/fix.ts';
import type { FinishReason, Usage } from '../dialect/wire.ts';
import type { ErrorCode } from '../errors.ts';
import type { JsonValue } from '../json.ts';
import type { DialectChanged, ProfileDetected } from '../model/model.ts';
import type { DialectName } from '../profile/model-profile.ts';
import type { RequestRetried, StreamRestarted } from '../transport/transport.ts';
import type {
  AssistantTurn,
  ToolCall,
  ToolResult,
  ToolTurn,
  UserInput,
  UserTurn,
} from '../turns/turn.ts';

/** Whether a request offers tools or asks for an answer. */
export type Phase = 'act' | 'answer';

/** Why a run stopped without an answer. */
export type StopReason =
  | 'aborted'
  | 'stop-when'
  | 'loop-detected'
  | 'max-steps'
  | 'max-requests'
  | 'max-tool-calls'
  | 'max-input-tokens'
  | 'max-output-tokens'
  | 'max-total-tokens'
  | 'max-cost'
  | 'max-wall-time';

/** A human's word on a call. */
export type ApprovalDecision =
  | { readonly approved: true }
  | { readonly approved: false; readonly reason?: string };

/** What happened in a run, before it is stamped. Every opening event is closed once. */
export type RunEventBody =
  | { readonly type: 'run-started'; readonly resumed: boolean }
  | { readonly type: 'user-turn-added'; readonly turn: UserTurn }
  | { readonly type: 'input-steered'; readonly input: UserInput }
  | { readonly type: 'step-started'; readonly phase: Phase }
  | {
      readonly type: 'request-started';
      /** 1, and more where the model is asked again within the step. */
      readonly attempt: number;
      readonly model: string;
      readonly dialect: DialectName;
      readonly messages: number;
      readonly estimatedTokens: number;
      readonly tools: number;
    }
  | (ParsedDelta & { readonly attempt: number })
  | (Omit<RequestRetried, 'attempt'> & { readonly attempt: number; readonly failedTry: number })
  | (StreamRestarted & { readonly attempt: number })
  | {
      readonly type: 'request-finished';
      readonly attempt: number;
      readonly usage: Usage;
      readonly finishReason: FinishReason | 'aborted' | 'failed';
    }
  | {
      readonly type: 'output-delta';
      readonly attempt: number;
      /** The output as far as it is written; not checked yet. */
      readonly output: JsonValue;
    }
  | ProfileDetected
  | DialectChanged
  | { readonly type: 'turn-fixed'; readonly fix: Fix }
  | { readonly type: 'assistant-turn-added'; readonly turn: AssistantTurn }
  | { readonly type: 'approval-requested'; readonly call: ToolCall }
  | {
      readonly type: 'approval-resolved';
      readonly call: ToolCall;
      readonly decision: ApprovalDecision;
    }
  | { readonly type: 'tool-started'; readonly call: ToolCall }
  | { readonly type: 'tool-progressed'; readonly call: ToolCall; readonly progress: JsonValue }
  | {
      readonly type: 'tool-finished';
      readonly call: ToolCall;
      readonly result: ToolResult;
      /** Milliseconds of the execution; 0 where nothing was executed. */
      readonly durationMs: number;
    }
  | { readonly type: 'tool-turn-added'; readonly turn: ToolTurn }
  | {
      /** What the model is shown of the transcript got smaller; the transcript did not. */
      readonly type: 'context-compacted';
      /** It would not have fit, or the server said that it did not. */
      readonly reason: 'budget' | 'overflow';
      readonly before: { readonly turns: number; readonly tokens: number };
      readonly after: { readonly turns: number; readonly tokens: number };
      /** Tokens of prompt and answer together. */
      readonly window: number;
    }
  | {
      /** A limit is used to 80 % or more; told once for each limit. */
      readonly type: 'limit-neared';
      readonly limit: string;
      readonly used: number;
      readonly max: number;
    }
  | {
      /** A call was answered instead of run: it went in circles. */
      readonly type: 'loop-detected';
      readonly call: ToolCall;
      /** How often it had the same result. */
      readonly count: number;
    }
  | { readonly type: 'step-finished'; readonly usage: Usage }
  | {
      readonly type: 'run-finished';
      readonly status: 'completed' | 'paused' | 'stopped';
      readonly usage: Usage;
    }
  | {
      readonly type: 'run-failed';
      readonly error: { readonly code: ErrorCode; readonly message: string };
    };

/** What every event carries. */
export interface EventMeta {
  readonly runId: string;
  /** The run that this one belongs to; left out as long as no run starts another. */
  readonly parentRunId?: string;
  /** Name of the agent. */
  readonly agent: string;
  /** The step it belongs to, from 1; 0 before the first. */
  readonly step: number;
  /** Total order within the run, from 0; the same for listeners and iterators. */
  readonly seq: number;
  /** Milliseconds since 1970. */
  readonly at: number;
}

/** An event of a run. Switch on `type`. */
export type RunEvent = RunEventBody & EventMeta;
