import { type ChatRequest, imageUrls, readChatRequest } from '../chat/chat-request.ts';
import {
  namedCallParser,
  pythonicParser,
  type ReplyParser,
  requiredCallParser,
  textParser,
} from '../chat/reply-parser.ts';
import { isRefusedByXgrammar } from '../grammar/xgrammar-refusals.ts';
import { panAndScanTokens } from '../images.ts';
import { isObject, type Json, type JsonObject, toArray, toObject } from '../json.ts';
import { ServerError } from '../server-error.ts';
import { renderGemmaPythonic } from '../templates/gemma-pythonic.ts';
import { alternationMessage, TemplateError } from '../templates/gemma-turn.ts';
import { isForcedChoice, toCallGrammar, toFormatGrammar } from './grammars.ts';
import type { ServerFacts, ServerQuirks } from './server-quirks.ts';

/**
 * vLLM with Privatemode's proxy, configured like Privatemode's public deployment of Gemma 3: tool template,
 * pythonic parser, xgrammar, usage in every chunk. (Privatemode deployment.yaml; vLLM sources)
 */
export const vllmQuirks: ServerQuirks = {
  name: 'vllm',
  models: ['gemma-3-27b', 'leon-se/gemma-3-27b-it-fp8-dynamic'],
  ownedBy: 'vllm (rule-based stand-in, not a model)',
  contextWindow: 131_072,
  headers: {},
  firstDelta: { role: 'assistant', content: '' },
  streamUsage: 'always',
  messageFields: { refusal: null, tool_calls: [] },
  choiceFields: { logprobs: null, stop_reason: null },
  reportsCachedTokens: true,
  imageTokens: panAndScanTokens,
  check,
  prepare(request, facts) {
    return {
      prompt: render(request, facts),
      parser: chooseParser(request),
      ...toVllmGrammar(request),
    };
  },
  fit(prepared, request, { contextWindow }, count) {
    const promptTokens = count(prepared.prompt);
    const requested = request.maxTokens ?? 0;
    const available = contextWindow - requested;
    if (promptTokens > available || promptTokens === contextWindow) {
      // The real tokenizer stops one token after the limit, so vLLM does not know the full size.
      const counted = Math.min(promptTokens, available + 1);
      throw badRequest(
        `You passed ${counted} input tokens and requested ${requested} output tokens. However, the model's context length is only ${contextWindow} tokens, resulting in a maximum input length of ${available} tokens. Please reduce the length of the input prompt.`,
        'input_tokens',
      );
    }
    const replyTokens = request.maxTokens ?? contextWindow - promptTokens;
    return { ...prepared, promptTokens, replyTokens };
  },
  refuseImage(error) {
    if (error?.reason === 'not-an-image') {
      return vllmError(500, 'InternalServerError', error.message);
    }
    return badRequest(error?.message ?? 'Unsupported image');
  },
  refuseKey: () =>
    new ServerError(
      401,
      { error: { message: 'trying API key: invalid API key', type: '' } },
      { isFromProxy: true },
    ),
  toError: (status, message) =>
    vllmError(status, statusTypes[status] ?? 'BadRequestError', message),
  probes: () => ({ '/version': () => ({ version: '0.20.0' }) }),
};

const statusTypes: Record<number, string> = {
  404: 'NotFoundError',
  500: 'InternalServerError',
};

/** An error in the form of vLLM. */
export function vllmError(
  status: number,
  type: string,
  message: string,
  parameter: string | null = null,
): ServerError {
  return new ServerError(status, { error: { message, type, param: parameter, code: status } });
}

/** A refusal with status 400. */
export function badRequest(message: string, parameter: string | null = null): ServerError {
  return vllmError(400, 'BadRequestError', message, parameter);
}

/** Privatemode's proxy reports client errors with status 500, too. (Privatemode forwarder.go) */
function proxyError(message: string): ServerError {
  return new ServerError(500, { error: { message, type: '' } }, { isFromProxy: true });
}

function check(body: JsonObject, facts: ServerFacts): void {
  checkProxyRules(body);
  if (!facts.models.includes(String(body.model))) {
    throw vllmError(404, 'NotFoundError', `The model \`${String(body.model)}\` does not exist.`);
  }
  if (!Array.isArray(body.messages)) {
    throw vllmError(400, 'Bad Request', "[{'type': 'missing', 'loc': ('body', 'messages')}]");
  }
  if (body.messages.length === 0) throw badRequest('list object has no element 0');
  checkMessages(body.messages);
  checkTools(body);
  checkOptions(body, facts);
}

function checkProxyRules(body: JsonObject): void {
  if (typeof body.model !== 'string' || body.model === '') {
    throw proxyError('no model specified in request');
  }
  const salt = body.cache_salt;
  if (salt !== undefined && (typeof salt !== 'string' || salt.length < 32)) {
    throw proxyError(
      'forwarding request: mutating request: cache_salt must be at least 32 characters long',
    );
  }
  for (const url of imageUrls(readChatRequest(body).messages)) {
    if (!/^(data|https):/.test(url)) {
      throw proxyError(
        `forwarding request: mutating request: non-HTTPS and non-data image URL "${url.slice(0, 80)}" is insecure`,
      );
    }
  }
}

function checkMessages(messages: Json[]): void {
  for (const message of readChatRequest({ messages }).messages) {
    const parts = Array.isArray(message.content) ? message.content : [];
    const unknown = parts.find((part) => part.type === 'unknown');
    if (unknown?.type === 'unknown') {
      throw badRequest(`Unsupported chat content part type: ${unknown.name}`, 'type');
    }
  }
}

function checkTools(body: JsonObject): void {
  const { tools, tool_choice: choice } = body;
  if (tools !== undefined && tools !== null && !Array.isArray(tools)) {
    throw vllmError(400, 'Bad Request', "[{'type': 'list_type', 'loc': ('body', 'tools')}]");
  }
  const names = toArray(tools).map((tool) => toObject(toObject(tool).function).name);
  if (names.some((name) => typeof name !== 'string')) {
    throw vllmError(400, 'Bad Request', "[{'type': 'missing', 'loc': ('body', 'tools', 'name')}]");
  }
  if (Array.isArray(tools) && tools.length === 0) {
    throw badRequest('`tools` must not be an empty array. Leave it out or provide tools.', 'tools');
  }
  if (choice !== undefined && choice !== null) checkToolChoice(choice, tools, names);
}

function checkToolChoice(choice: Json, tools: Json | undefined, names: unknown[]): void {
  if (!isObject(choice) && !['none', 'auto', 'required'].includes(String(choice))) {
    throw badRequest(
      `Invalid value for \`tool_choice\`: ${String(choice)}! Only named tools, "none", "auto" or "required" are supported.`,
    );
  }
  if (choice === 'none') return;
  if (!Array.isArray(tools)) {
    throw badRequest('When using `tool_choice`, `tools` must be set.');
  }
  if (isObject(choice) && !names.includes(toObject(choice.function).name)) {
    throw badRequest(
      'The tool specified in `tool_choice` does not match any of the specified `tools`',
    );
  }
}

function checkOptions(body: JsonObject, { contextWindow }: ServerFacts): void {
  if (body.stream_options !== undefined && body.stream_options !== null && body.stream !== true) {
    throw badRequest('Stream options can only be defined when `stream=True`.', 'stream_options');
  }
  const request = readChatRequest(body);
  if ((request.maxTokens ?? 0) > contextWindow) {
    throw badRequest(
      `max_tokens=${request.maxTokens} cannot be greater than max_model_len=${contextWindow}.`,
      'max_tokens',
    );
  }
  const { responseFormat } = request;
  const schemas = [
    ...(responseFormat.type === 'json_schema' ? [responseFormat.schema] : []),
    ...(isForcedChoice(request) ? (request.tools ?? []).map((tool) => tool.parameters) : []),
  ];
  if (schemas.some(isRefusedByXgrammar)) {
    throw badRequest('The provided JSON schema contains features not supported by xgrammar.');
  }
}

function render(request: ChatRequest, { isStrict }: ServerFacts): string {
  try {
    return renderGemmaPythonic(request.messages, request.tools, { isStrict });
  } catch (error) {
    if (error instanceof TemplateError) throw badRequest(alternationMessage);
    throw error;
  }
}

/** Without tools or with `none`, text stays content. Forced calls do not use the pythonic parser. */
function chooseParser({ toolChoice, tools, allowsParallelCalls }: ChatRequest): ReplyParser {
  if (tools === undefined || toolChoice === 'none') return textParser;
  const firstCallOnly = allowsParallelCalls === false;
  if (toolChoice === 'required') return requiredCallParser({ firstCallOnly });
  if (toolChoice !== 'auto') return namedCallParser(toolChoice.name);
  const newerRules = { acceptsJsonLiterals: true, acceptsDottedNames: true };
  return pythonicParser(newerRules, { firstCallOnly });
}

/** A forced call is constrained by the schemas of its tools; every other reply, also a call, by `response_format`. */
function toVllmGrammar(request: ChatRequest): { grammar?: JsonObject } {
  return isForcedChoice(request) ? { grammar: toCallGrammar(request) } : toFormatGrammar(request);
}
