// Agents and runs

export { Agent } from './agent/agent.ts';
export type { AgentOptions, ResumeOptions, RunOptions, RunTuning } from './agent/agent-options.ts';
export { AgentRun } from './agent/agent-run.ts';
export type { AgentInput } from './agent/read-input.ts';
export type {
  CompletedRun,
  PausedRun,
  RunResult,
  RunStep,
  StepCall,
  StoppedRun,
} from './agent/run-result.ts';
export type { ContextWindowOptions } from './context/context-window-options.ts';
export { fileBlobStore } from './images/file-blob-store.ts';
export type { ImageOptions } from './images/image-options.ts';
export type { ImageSource } from './images/image-source.ts';
export type { RunStateJson } from './run/saved/saved-state.ts';
export { signState, verifyState } from './run/saved/signed-state.ts';
export type { Decision, WaitingCall } from './run/state/decision.ts';
export type { PartialOutput, RunEvent, StopReason } from './run/state/run-event.ts';
export type { Price, RunLimits } from './run/state/run-limits.ts';
export type { Instructions, ValidateOutput } from './run/state/run-setup.ts';
export { type StopCondition, stepCountIs, toolWasCalled } from './run/state/stop-condition.ts';
export type { ToolSearchOptions } from './run/state/tool-search-options.ts';

// Sessions

export { fileSessionStore } from './agent/session/file-session-store.ts';
export { memorySessionStore } from './agent/session/memory-session-store.ts';
export { Session, type SessionOptions } from './agent/session/session.ts';
export type { SessionPause, SessionStore } from './agent/session/session-store.ts';

// Tools

export {
  type ApprovalRule,
  type Tool,
  type ToolContext,
  type ToolDefinition,
  type ToolRepeat,
  tool,
} from './tool/tool.ts';
export type { ToolOutput } from './tool/tool-output.ts';

// Models and profiles

export type { ToolChoice } from './dialect/dialect.ts';
export type { Fix } from './dialect/fix.ts';
export type { FinishReason, Usage } from './dialect/wire.ts';
export type { Model, ModelSettings } from './model/model.ts';
export { type OpenAICompatibleOptions, openaiCompatible } from './model/openai-compatible.ts';
export { type PrivatemodeOptions, privatemode } from './model/privatemode.ts';
export {
  type DialectName,
  defineProfile,
  type ModelProfile,
  type ProfileChanges,
} from './profile/model-profile.ts';
export { type ProfileId, profiles } from './profile/profiles.ts';
export type { Timeouts } from './transport/deadline.ts';
export type { RetryOptions } from './transport/retry-budget.ts';

// Conversations

export { type BlobStore, memoryBlobStore } from './turns/blob-store.ts';
export type { HistoryChange } from './turns/history-change.ts';
export type { OpenAIMessage } from './turns/to-openai.ts';
export { Transcript } from './turns/transcript.ts';
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
  ToolTurn,
  Turn,
  UserInput,
  UserTurn,
} from './turns/turn.ts';

// Schemas

export {
  type AnySchema,
  type InputOf,
  jsonSchema,
  type OutputOf,
  type OutputSchema,
} from './schema/convert/to-schema.ts';
export type { Schema } from './schema/schema.ts';

// Network

export { createNetGuard, type NetGuard, type NetGuardOptions } from './net/net-guard.ts';

// Errors

export { type ErrorCode, errorCatalogue } from './error-catalogue.ts';
export {
  ModelError,
  OutputInvalidError,
  SchemaError,
  TurnOrderError,
  TurnwiseError,
} from './errors.ts';
export type { JsonObject, JsonValue } from './json.ts';
