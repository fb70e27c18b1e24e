// The port between agents and models

export type {
  ParsedCall,
  ParsedDelta,
  ParsedReply,
  StreamRestarted,
  ToolSpec,
} from './dialect/dialect.ts';
export { formatResult } from './dialect/encode-conversation.ts';
export { parseCall } from './dialect/parse-call.ts';
export type {
  RawCall,
  RawReply,
  WireCall,
  WireContent,
  WireMessage,
  WirePart,
} from './dialect/wire.ts';
export type {
  FailedRunState,
  ModelErrorCode,
  ModelErrorDetails,
  ModelErrorKind,
} from './errors.ts';
export type {
  ActRequest,
  AnswerRequest,
  DialectChanged,
  DialectDoubt,
  LastDialect,
  ModelProgress,
  ModelReply,
  ModelRequest,
  Phase,
  ProfileDetected,
  RequestPrepared,
} from './model/model.ts';
export type {
  ImageRules,
  OmittableField,
  ReasoningRules,
  StructuredOutput,
  TurnRules,
} from './profile/model-profile.ts';
export type { ThoughtRules, ThoughtTags } from './profile/thought-tags.ts';
export type { RequestRetried } from './transport/transport.ts';
export type { OpenAITransportOptions } from './transport/transport-options.ts';

// The port between runs and engines

export type {
  NewRunOptions,
  ResumedRunOptions,
  SeedOptions,
  WithContext,
} from './agent/agent-options.ts';
export type { RunEventType, RunListener } from './agent/event-hub.ts';
export { type ExecuteToolOptions, executeTool } from './agent/execute-tool.ts';
export type { Decisions } from './agent/take-decisions.ts';
export { type ErrorJson, errorFromJson, errorToJson } from './error-json.ts';
export { EngineStop, type EngineStopReason } from './errors.ts';
export { abortSavedRun } from './run/abort-saved-run.ts';
export { openResults } from './run/saved/open-results.ts';
export { runStateOf } from './run/saved/run-state-of.ts';
export type { SignedState } from './run/saved/signed-state.ts';
export type { ApprovalDecision, Permission, WaitingKind } from './run/state/decision.ts';
export {
  type Effect,
  type EffectExecution,
  type EffectKind,
  type Effects,
  inProcessEffects,
  type ValueEffect,
} from './run/state/effects.ts';
export type {
  BuiltInCall,
  EventMeta,
  RunEventBody,
  RunTotals,
  StartedCall,
} from './run/state/run-event.ts';
export type { RunTrace, RunTracer, TracedRun } from './run/state/run-tracer.ts';

// Stores of sessions

export {
  checkSession,
  holdSession,
  type SessionLeave,
  saveHeldSession,
} from './agent/session/hold-session.ts';
export { sessionConflict } from './agent/session/session-conflict.ts';
export type {
  SessionChange,
  SessionHold,
  SessionNotes,
  SessionRecord,
  SessionReplacement,
} from './agent/session/session-store.ts';

// Options

export type { CallsOf, OptionalIfUnknown } from './agent/agent.ts';
export type { InputImage } from './agent/read-input.ts';
export type { CompactionPolicy } from './context/compact.ts';
export type { CountTokens } from './context/estimate-turn.ts';
export type { AsJson, NonEmpty } from './json.ts';
export {
  type CheckedOptions,
  checkOptions,
  type OptionCheck,
  type OptionChecks,
  option,
  type PartialOptions,
  type ValueCheck,
} from './options.ts';
export type { ObserveOptions } from './run/state/run-setup.ts';
export type { StopView } from './run/state/stop-condition.ts';
export type { ParameterPath } from './schema/json-schema/parameter-path.ts';
export { type ProgressQueue, progressQueue } from './tool/progress-queue.ts';
export type { ArgumentsOf, NoParameters } from './tool/tool.ts';
export type { ToolContent, ToolImage, ToolJson } from './tool/tool-output.ts';

// Conversations

export type { RepairOptions } from './turns/repair-history.ts';
export type { OpenAIExportOptions } from './turns/to-openai.ts';
export type {
  Awaits,
  AwaitsAssistant,
  AwaitsTool,
  AwaitsUser,
  RepairedTranscript,
  TranscriptJson,
  UserContent,
} from './turns/transcript.ts';
export type { ProviderData, ToolResultStatus } from './turns/turn.ts';

// Schemas

export type {
  StandardIssue,
  StandardJsonSchema,
  StandardResult,
  StandardSchema,
} from './schema/check/standard-schema.ts';
export type { ParseResult } from './schema/check/validate-with-library.ts';
export type { Zod3Schema } from './schema/convert/convert-zod-3-schema.ts';
export { type JsonSchemaObject, type TypeAt, toSchema } from './schema/convert/to-schema.ts';
export type { SchemaIssue, Validation } from './schema/schema.ts';

// Network

export type { CheckedUrl, GuardedFetchOptions, GuardedResponse } from './net/net-guard.ts';
export type { ResolvedAddress } from './net/undici-pinned.ts';
