import type { ParsedDelta, StreamRestarted } from '../../dialect/dialect.ts';
import type { Fix } from '../../dialect/fix.ts';
import type { FinishReason, Usage, WireMessage } from '../../dialect/wire.ts';
import type { ErrorCode } from '../../error-catalogue.ts';
import type { JsonValue } from '../../json.ts';
import type { DialectChanged, Phase, ProfileDetected } from '../../model/model.ts';
import type { DialectName } from '../../profile/model-profile.ts';
import type { RequestRetried } from '../../transport/transport.ts';
import type {
  AssistantTurn,
  ToolCall,
  ToolResult,
  ToolTurn,
  UserInput,
  UserTurn,
} from '../../turns/turn.ts';
import type { Decision, WaitingCall } from './decision.ts';

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

/** What a run used. */
export interface RunTotals {
  readonly usage: Usage;
  /** In the currency of `limits.prices`; missing if a model of the run has no price. */
  readonly cost?: number;
}

/**
 * A value while it arrives, as JSON: keys may be missing at every level, and what the schema transforms is not transformed yet.
 */
export type PartialOutput<Output> = Output extends Date | bigint
  ? string
  : Output extends readonly (infer Item)[]
    ? readonly PartialOutput<Item>[]
    : Output extends object
      ? { readonly [Key in keyof Output]?: PartialOutput<Output[Key]> }
      : Output;

/**
 * The call of an event. The arguments of a call with `refused` were not accepted, or nobody checked them: it is answered
 * without running, because no such tool exists, its arguments are not valid, a human denied it, or a limit is reached.
 */
export type StartedCall<Call extends ToolCall> =
  | { readonly call: Call | BuiltInCall; readonly refused?: undefined }
  | { readonly call: ToolCall; readonly refused: true };

/** A call of a tool that a run adds: `find_tools` for large sets of tools, `read_result` for long results. */
export type BuiltInCall = ToolCall<'find_tools' | 'read_result'>;

/**
 * An event without its `EventMeta`. Every opening event is closed exactly once. `Call` is the type of the calls of the agent's
 * tools; only events after the check of a call have it, and their arguments are those that the schema accepted, after repairs.
 */
export type RunEventBody<Output = unknown, Call extends ToolCall = ToolCall> =
  | { readonly type: 'run-started'; readonly resumed: boolean }
  | { readonly type: 'user-turn-added'; readonly turn: UserTurn }
  | { readonly type: 'input-steered'; readonly input: UserInput }
  | { readonly type: 'step-started'; readonly phase: Phase }
  | {
      readonly type: 'request-started';
      /** 1, and more if the step asks the model again. */
      readonly attempt: number;
      readonly model: string;
      readonly dialect: DialectName;
      /** Number of messages. */
      readonly messages: number;
      readonly estimatedTokens: number;
      /** Number of tools that the request offers. */
      readonly tools: number;
      /** The messages as they are sent; only with `observe: { messages: true }`. */
      readonly prompt?: readonly WireMessage[];
    }
  | (ParsedDelta & {
      readonly attempt: number;
      /** Whether the text may be replaced by an answer that is requested later: it answers a request without the output schema. */
      readonly draft?: true;
    })
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
      /** The output so far; it is not validated yet. */
      readonly output: PartialOutput<Output>;
    }
  | ProfileDetected
  | DialectChanged
  | { readonly type: 'turn-fixed'; readonly fix: Fix }
  | { readonly type: 'assistant-turn-added'; readonly turn: AssistantTurn }
  /** A call waits. A call that had started ends with it, and starts again after the decision. */
  | (WaitingCall<Call> & { readonly type: 'decision-requested' })
  | {
      readonly type: 'decision-resolved';
      readonly call: Call;
      readonly decision: Decision;
    }
  | (StartedCall<Call> & { readonly type: 'tool-started' })
  | { readonly type: 'tool-progressed'; readonly call: Call; readonly progress: JsonValue }
  | (StartedCall<Call> & {
      readonly type: 'tool-finished';
      readonly result: ToolResult;
      /** Milliseconds of the execution; 0 if nothing was executed. */
      readonly durationMs: number;
    })
  | { readonly type: 'tool-turn-added'; readonly turn: ToolTurn }
  | {
      /** The model is shown less of the transcript; the transcript itself stays. */
      readonly type: 'context-compacted';
      /** The prompt was over its budget, or the server refused it as too long. */
      readonly reason: 'budget' | 'overflow';
      readonly before: { readonly turns: number; readonly tokens: number };
      readonly after: { readonly turns: number; readonly tokens: number };
      /** Tokens of prompt and answer together. */
      readonly window: number;
    }
  | {
      /** A limit is used to 80 % or more; reported once for each limit. */
      readonly type: 'limit-neared';
      readonly limit: string;
      readonly used: number;
      readonly max: number;
    }
  | {
      /** A call was not run because it repeats itself. */
      readonly type: 'loop-detected';
      readonly call: ToolCall;
      /** How often it had the same result. */
      readonly count: number;
    }
  | {
      readonly type: 'step-finished';
      readonly usage: Usage;
      /** In the currency of `limits.prices`; missing if the model has no price. */
      readonly cost?: number;
    }
  | (RunTotals & { readonly type: 'run-finished'; readonly status: 'completed' | 'paused' })
  | (RunTotals & {
      readonly type: 'run-finished';
      readonly status: 'stopped';
      readonly reason: StopReason;
    })
  | {
      readonly type: 'run-failed';
      readonly error: { readonly code: ErrorCode; readonly message: string };
    };

/** The fields that every event has. */
export interface EventMeta {
  readonly runId: string;
  /** Name of the agent. */
  readonly agent: string;
  /** The step of the event, from 1; 0 before the first. */
  readonly step: number;
  /**
   * Total order within the run and its resumed parts, from 0; the same for listeners and iterators. With the option `effects`,
   * events that a replay repeats have whole numbers, which are the same in the replay. The progress of requests and tools has
   * the number of the event before it and a fraction.
   */
  readonly seq: number;
  /** Set while an engine repeats recorded results: the event may have been emitted before a crash. */
  readonly replayed?: true;
  /** Milliseconds since 1970. */
  readonly at: number;
}

/** An event of a run of an agent with this output and these calls of tools. Switch on `type`. */
export type RunEvent<Output = unknown, Call extends ToolCall = ToolCall> = RunEventBody<
  Output,
  Call
> &
  EventMeta;
