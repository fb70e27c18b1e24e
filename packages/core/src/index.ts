// Agents

export { Agent, type OptionalIfUnknown } from './agent/agent.ts';
export type {
  AgentOptions,
  NewRunOptions,
  ResumedRunOptions,
  ResumeOptions,
  RunOptions,
  RunTuning,
  WithContext,
} from './agent/agent-options.ts';
export { AgentRun } from './agent/agent-run.ts';
export type { RunEventType, RunListener } from './agent/event-hub.ts';
export type { AgentInput, InputImage } from './agent/read-input.ts';
export type { CompletedRun, PausedRun, RunResult, StoppedRun } from './agent/run-result.ts';
export type { ImageOptions } from './images/image-options.ts';
export type { ImageSource } from './images/image-source.ts';

// Runs

export {
  type Effect,
  type EffectKind,
  type Effects,
  inProcessEffects,
  type ValueEffect,
} from './run/effects.ts';
export type {
  ApprovalDecision,
  EventMeta,
  RunEvent,
  RunEventBody,
  StopReason,
} from './run/run-event.ts';
export type { Price, RunLimits } from './run/run-limits.ts';
export type { Instructions, ValidateOutput } from './run/run-setup.ts';
export type { RunStateJson } from './run/saved-state.ts';
export type { StepSummary } from './run/step.ts';
export {
  type StopCondition,
  type StopView,
  stepCountIs,
  toolWasCalled,
} from './run/stop-condition.ts';

// Context

export type { CompactionPolicy } from './context/compact.ts';
export type { ContextView } from './context/context-view.ts';
export type { ContextWindowOptions } from './context/context-window-options.ts';
export type { CountTokens } from './context/estimate-turn.ts';

// Tools

export {
  type ApprovalRule,
  type Tool,
  type ToolContext,
  type ToolDefinition,
  type ToolRepeat,
  tool,
} from './tool/tool.ts';
export type { ToolContent, ToolImage, ToolJson, ToolOutput } from './tool/tool-output.ts';
export { type ToolSet, toolSet } from './tool/tool-set.ts';

// Models

export type {
  ActRequest,
  AnswerRequest,
  DialectChanged,
  LastDialect,
  Model,
  ModelProgress,
  ModelReply,
  ModelRequest,
  ModelSettings,
  ProfileDetected,
  RequestPrepared,
} from './model/model.ts';
export { type OpenAICompatibleOptions, openaiCompatible } from './model/openai-compatible.ts';
export { type PrivatemodeOptions, privatemode } from './model/privatemode.ts';
export type { Timeouts } from './transport/deadline.ts';
export type { RetryOptions } from './transport/retry-budget.ts';
export type { RequestRetried, StreamRestarted } from './transport/transport.ts';

// Profiles and dialects

export type {
  ParsedCall,
  ParsedDelta,
  ParsedReply,
  ToolChoice,
  ToolSpec,
} from './dialect/dialect.ts';
export type { Fix } from './dialect/fix.ts';
export type { FinishReason, RawCall, RawReply, Usage } from './dialect/wire.ts';
export {
  type DialectName,
  defineProfile,
  type ImageRules,
  type ModelProfile,
  type ProfileChanges,
  type StructuredOutput,
  type TurnRules,
} from './profile/model-profile.ts';
export { type ProfileId, profiles } from './profile/profiles.ts';

// Conversations

export { type BlobStore, memoryBlobStore } from './turns/blob-store.ts';
export type { HistoryChange, RepairOptions } from './turns/repair-history.ts';
export type { OpenAIExportOptions, OpenAIMessage } from './turns/to-openai.ts';
export {
  type Awaits,
  type AwaitsAssistant,
  type AwaitsTool,
  type AwaitsUser,
  type RepairedTranscript,
  Transcript,
  type TranscriptJson,
  type UserContent,
} from './turns/transcript.ts';
export type {
  AssistantTurn,
  CallsTurn,
  ImagePart,
  ImageRef,
  Part,
  TextPart,
  TextTurn,
  ToolCall,
  ToolResult,
  ToolResultStatus,
  ToolTurn,
  Turn,
  UserInput,
  UserTurn,
} from './turns/turn.ts';

// Schemas

export type { Zod3Schema } from './schema/convert-zod-3-schema.ts';
export type { Schema, SchemaIssue, Validation } from './schema/schema.ts';
export type {
  StandardIssue,
  StandardJsonSchema,
  StandardResult,
  StandardSchema,
} from './schema/standard-schema.ts';
export {
  type AnySchema,
  type InputOf,
  type JsonSchemaObject,
  jsonSchema,
  type OutputOf,
  type OutputSchema,
  type TypeAt,
  toSchema,
} from './schema/to-schema.ts';
export type { ParseResult } from './schema/validate-with-library.ts';

// Network

export {
  type CheckedUrl,
  createNetGuard,
  type GuardedFetchOptions,
  type GuardedResponse,
  type NetGuard,
  type NetGuardOptions,
} from './net/net-guard.ts';
export type { ResolvedAddress } from './net/undici-pinned.ts';

// Errors

export {
  type ErrorCode,
  errorCatalogue,
  ModelError,
  type ModelErrorCode,
  type ModelErrorDetails,
  type ModelErrorKind,
  OutputInvalidError,
  SchemaError,
  TurnOrderError,
  TurnwiseError,
} from './errors.ts';
export type { JsonObject, JsonValue, NonEmpty } from './json.ts';
