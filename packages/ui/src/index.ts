// The AI SDK

export type { AiUiChunk, AiUiData, WaitingData } from './ai-ui/ai-ui-chunk.ts';
export type { AiUiMessage, AiUiPart, AiUiToolPart } from './ai-ui/ai-ui-message.ts';
export type { AiUiOptions, ViewOptions } from './ai-ui/ai-ui-options.ts';
export { aiUiResponse } from './ai-ui/ai-ui-response.ts';
export type { ConversationView } from './ai-ui/conversation.ts';
export type { RunEvents } from './ai-ui/read-run.ts';
export { toAiUi } from './ai-ui/to-ai-ui.ts';

// A chat server

export type { ChatErrorCode } from './chat/chat-error.ts';
export { type ChatHandler, chatHandler } from './chat/chat-handler.ts';
export type {
  ChatHandlerOptions,
  ChatRequest,
  ChatTuning,
  ContextOption,
} from './chat/chat-options.ts';
export { toNodeHandler } from './http/to-node-handler.ts';
export type { ToolOutputView } from './tool-output.ts';

// AG-UI

export { type AguiAnswer, aguiDecisions } from './agui/agui-decisions.ts';
export type {
  AguiEvent,
  AguiInput,
  AguiInterrupt,
  AguiMessage,
  AguiOutcome,
} from './agui/agui-event.ts';
export { aguiResponse } from './agui/agui-response.ts';
export { type AguiOptions, toAgui } from './agui/to-agui.ts';
