import { isObject, type Json, type JsonObject, toArray, toObject, toText } from '../json.ts';

/** A part of a message: text, or an image by its URL. Unknown parts keep their type. */
type MessagePart =
  | { type: 'text'; text: string }
  | { type: 'image_url'; url: string }
  | { type: 'unknown'; name: string };

/** A past call of the assistant; `arguments` is the JSON text of the request, unchanged. */
export interface PastCall {
  id: string;
  name: string;
  arguments: string;
}

/** A message of the request; `calls` is set only if the message had a `tool_calls` list. */
export interface ChatMessage {
  role: string;
  content: string | MessagePart[] | null;
  calls?: PastCall[];
  callId?: string;
  name?: string;
}

/** Which tool the reply may or must call. */
type ToolChoice = 'auto' | 'none' | 'required' | { name: string };

/** What the reply must look like. */
type ResponseFormat =
  | { type: 'text' }
  | { type: 'json_object' }
  | { type: 'json_schema'; schema: JsonObject };

/** A tool of the request; `raw` holds every field that the client sent. */
export interface ToolDefinition {
  name: string;
  description: string;
  parameters: JsonObject;
  raw: Json;
}

/** A chat request that the server has checked. */
export interface ChatRequest {
  model: string;
  messages: ChatMessage[];
  /** `undefined` if the request has no `tools` field. */
  tools: ToolDefinition[] | undefined;
  toolChoice: ToolChoice;
  allowsParallelCalls: boolean | undefined;
  responseFormat: ResponseFormat;
  stream: boolean;
  wantsUsage: boolean;
  /** Tokens; `undefined` if the request sets no limit. */
  maxTokens: number | undefined;
  stop: string[];
  choices: number;
  raw: JsonObject;
}

/** Reads a body leniently. Each server has refused bad fields before, with its own messages. */
export function readChatRequest(raw: JsonObject): ChatRequest {
  const tools = Array.isArray(raw.tools) ? raw.tools.map(readTool) : undefined;
  return {
    model: toText(raw.model),
    messages: toArray(raw.messages).map((message) => readMessage(toObject(message))),
    tools,
    toolChoice: readToolChoice(raw.tool_choice, tools),
    allowsParallelCalls:
      typeof raw.parallel_tool_calls === 'boolean' ? raw.parallel_tool_calls : undefined,
    responseFormat: readResponseFormat(toObject(raw.response_format)),
    stream: raw.stream === true,
    wantsUsage: toObject(raw.stream_options).include_usage === true,
    maxTokens: readLimit(raw.max_completion_tokens) ?? readLimit(raw.max_tokens),
    stop: typeof raw.stop === 'string' ? [raw.stop] : toArray(raw.stop).map((s) => toText(s)),
    choices: typeof raw.n === 'number' && raw.n >= 1 ? Math.min(Math.trunc(raw.n), 16) : 1,
    raw,
  };
}

/** The text of a message: its parts joined by `separator`, images left out. */
export function messageText(message: ChatMessage, separator = ''): string {
  if (typeof message.content === 'string') return message.content;
  return (message.content ?? [])
    .flatMap((part) => (part.type === 'text' ? [part.text] : []))
    .join(separator);
}

/** The URLs of all images of a request, in order. */
export function imageUrls(messages: ChatMessage[]): string[] {
  return messages.flatMap(({ content }) =>
    Array.isArray(content)
      ? content.flatMap((part) => (part.type === 'image_url' ? [part.url] : []))
      : [],
  );
}

function readTool(raw: Json): ToolDefinition {
  const definition = toObject(toObject(raw).function);
  return {
    name: toText(definition.name),
    description: toText(definition.description),
    parameters: toObject(definition.parameters),
    raw,
  };
}

function readMessage(raw: JsonObject): ChatMessage {
  return {
    role: toText(raw.role),
    content: readContent(raw.content),
    ...(Array.isArray(raw.tool_calls) ? { calls: raw.tool_calls.map(readPastCall) } : {}),
    ...(typeof raw.tool_call_id === 'string' ? { callId: raw.tool_call_id } : {}),
    ...(typeof raw.name === 'string' ? { name: raw.name } : {}),
  };
}

function readContent(content: Json | undefined): ChatMessage['content'] {
  if (typeof content === 'string') return content;
  return Array.isArray(content) ? content.map((part) => readPart(toObject(part))) : null;
}

function readPart(part: JsonObject): MessagePart {
  if (part.type === 'text') return { type: 'text', text: toText(part.text) };
  if (part.type === 'image_url') {
    const image = part.image_url;
    return { type: 'image_url', url: isObject(image) ? toText(image.url) : toText(image) };
  }
  return { type: 'unknown', name: toText(part.type, 'undefined') };
}

function readPastCall(raw: Json): PastCall {
  const call = toObject(raw);
  const definition = toObject(call.function);
  const given = definition.arguments;
  return {
    id: toText(call.id),
    name: toText(definition.name),
    arguments: typeof given === 'string' ? given : JSON.stringify(given ?? {}),
  };
}

function readToolChoice(raw: Json | undefined, tools: ToolDefinition[] | undefined): ToolChoice {
  if (raw === 'auto' || raw === 'none' || raw === 'required') return raw;
  if (isObject(raw)) return { name: toText(toObject(raw.function).name) };
  return tools === undefined ? 'none' : 'auto';
}

function readResponseFormat(raw: JsonObject): ResponseFormat {
  if (raw.type === 'json_schema') {
    return { type: 'json_schema', schema: toObject(toObject(raw.json_schema).schema) };
  }
  if (raw.type === 'json_object') {
    // llama.cpp also accepts a schema together with `json_object`.
    return isObject(raw.schema)
      ? { type: 'json_schema', schema: raw.schema }
      : { type: 'json_object' };
  }
  return { type: 'text' };
}

function readLimit(value: Json | undefined): number | undefined {
  return typeof value === 'number' && value >= 0 ? Math.trunc(value) : undefined;
}
