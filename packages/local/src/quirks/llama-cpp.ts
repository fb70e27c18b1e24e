import type { ChatMessage, ChatRequest } from '../chat/chat-request.ts';
import { genericJsonParser, textParser } from '../chat/reply-parser.ts';
import { isObject, type Json, type JsonObject, toArray, toObject } from '../json.ts';
import { ServerError } from '../server-error.ts';
import { renderGemmaStock } from '../templates/gemma-stock.ts';
import { alternationMessage, TemplateError } from '../templates/gemma-turn.ts';
import { renderGenericJson } from '../templates/generic-json.ts';
import { toFormatGrammar } from './grammars.ts';
import { findLlamaSchemaProblem, parserFailure } from './llama-schema.ts';
import type { Prepared, ServerFacts, ServerQuirks } from './server-quirks.ts';

const shared = {
  models: ['gemma-3'],
  ownedBy: 'llamacpp (rule-based stand-in, not a model)',
  contextWindow: 4096,
  firstDelta: { role: 'assistant', content: null },
  streamUsage: 'when-asked',
  messageFields: {},
  choiceFields: {},
  imageTokens: undefined,
  refuseImage: () =>
    llamaError(
      500,
      'image input is not supported - hint: if this is unexpected, you may need to provide the mmproj',
    ),
  refuseKey: () =>
    new ServerError(401, {
      error: { code: 401, message: 'Invalid API Key', type: 'authentication_error' },
    }),
  toError: llamaError,
} as const satisfies Partial<ServerQuirks>;

/**
 * llama.cpp of late 2025 with Gemma 3's stock template: tools work through the Generic JSON format,
 * and a wrong order of roles is answered with 500. (Responses recorded from build b7347.)
 */
export const llamaCpp2025: ServerQuirks = {
  ...shared,
  name: 'llama.cpp-2025',
  headers: { server: 'llama.cpp' },
  reportsCachedTokens: false,
  check(body) {
    checkShapes(body);
    if (toArray(body.messages).length === 0) {
      throw llamaError(500, emptyMessagesError);
    }
    const problem = findLlamaSchemaProblem(body, 2025);
    if (problem !== undefined) throw llamaError(400, problem);
    if (isObject(body.response_format) && toArray(body.tools).length > 0) {
      const { type } = body.response_format;
      if (type !== 'text') throw llamaError(500, 'Content path must be a string');
    }
  },
  prepare(request, facts) {
    refuseEmptyUser(request);
    const tools = request.tools?.length === 0 ? undefined : request.tools;
    const asksForJson = tools !== undefined && request.toolChoice !== 'none';
    const { messages, prefill } = splitPrefill(request.messages);
    const { isStrict } = facts;
    const prompt = render(500, traceback2025, () =>
      renderGenericJson(messages, { tools, asksForJson, isStrict, partSeparator: '\n' }),
    ).concat(prefill);
    if (!asksForJson) return { prompt, parser: textParser, ...toFormatGrammar(request) };
    return { prompt, parser: genericJsonParser, grammar: toGenericGrammar(request) };
  },
  fit: (prepared, request, facts, count) =>
    fitWindow(prepared, request, facts, count(prepared.prompt), () => {
      return 'the request exceeds the available context size, try increasing it';
    }),
  probes: (facts) => toProbes(facts, {}),
};

/**
 * llama.cpp of 2026 with Gemma 3's stock template: `tools` are ignored without an error, and a history with
 * tool messages is answered with 400. `/props` reports that the template has no tools.
 * (Responses recorded from v0.5.0 and Debian's 0.7.0.)
 */
export const llamaCpp2026: ServerQuirks = {
  ...shared,
  name: 'llama.cpp-2026',
  headers: { server: 'llama.cpp' },
  reportsCachedTokens: true,
  check(body) {
    checkShapes(body);
    if (typeof body.n === 'number' && body.n !== 1) {
      throw llamaError(400, `Field 'n': Value must be between 1 <= value <= 1, but got ${body.n}`);
    }
    const problem = findLlamaSchemaProblem(body, 2026);
    if (problem !== undefined) throw llamaError(400, problem);
  },
  prepare(request, { isStrict }) {
    const messages = request.messages.map((message) =>
      message.role === 'developer' ? { ...message, role: 'system' } : message,
    );
    const split = splitPrefill(messages);
    const prompt = render(400, `${parserFailure}${traceback2026}`, () =>
      renderGemmaStock(split.messages, { isStrict }),
    ).concat(split.prefill);
    return { prompt, parser: textParser, echo: split.prefill, ...toFormatGrammar(request) };
  },
  fit: (prepared, request, facts, count) =>
    fitWindow(prepared, request, facts, count(prepared.prompt), (tokens) => {
      return `request (${tokens} tokens) exceeds the available context size (${facts.contextWindow} tokens), try increasing it`;
    }),
  probes: (facts) => toProbes(facts, { chat_template_caps: stockTemplateAbilities }),
};

/**
 * The same with a server that does not report what its template supports: no page shows that `tools` are ignored.
 * (Assumed: a build or a proxy whose `/props` has no abilities of the template)
 */
export const llamaCpp2026Silent: ServerQuirks = {
  ...llamaCpp2026,
  name: 'llama.cpp-2026-silent',
  probes: (facts) => toProbes(facts, {}),
};

function llamaError(status: number, message: string): ServerError {
  const type = status >= 500 ? 'server_error' : 'invalid_request_error';
  return new ServerError(status, { error: { code: status, message, type } });
}

const traceback2026 =
  '\n------------\nWhile executing CallExpression at line 19, column 27 in source:\n...% 2 == 0) -%}↵        {{ raise_exception("Conversation roles must alternate user...\n                                           ^\nError: Jinja Exception: Conversation roles must alternate user/assistant/user/assistant/...';

const traceback2025 = `${alternationMessage} at row 19, column 98:\n    {%- if (message['role'] == 'user') != (loop.index0 % 2 == 0) -%}\n        {{ raise_exception("${alternationMessage}") }}\n`;

const emptyMessagesError =
  "vector::_M_range_check: __n (which is 0) >= this->size() (which is 0) at row 2, column 7:\n{{ bos_token }}\n{%- if messages[0]['role'] == 'system' -%}\n";

/** What the newer build reports about a template without tools. */
const stockTemplateAbilities = {
  supports_tools: false,
  supports_tool_calls: false,
  supports_parallel_tool_calls: false,
  supports_system_role: true,
};

/** Refuses what both builds refuse. Some client errors are reported with status 500. */
function checkShapes(body: JsonObject): void {
  if (!Array.isArray(body.messages)) throw llamaError(400, "'messages' is required");
  const { tools, tool_choice: choice } = body;
  if (tools !== undefined && !Array.isArray(tools)) {
    const text = JSON.stringify(tools);
    throw llamaError(
      500,
      `Failed to parse tools: Expected 'tools' to be an array, got ${text}; tools = ${text}`,
    );
  }
  const isNamed = (tool: Json) => typeof toObject(toObject(tool).function).name === 'string';
  if (!toArray(tools).every(isNamed)) {
    throw llamaError(
      500,
      `Failed to parse tools: [json.exception.out_of_range.403] key 'name' not found; tools = ${JSON.stringify(tools, null, 2)}`,
    );
  }
  if (typeof choice === 'string' && !['auto', 'none', 'required'].includes(choice)) {
    throw llamaError(400, `Invalid tool_choice: ${choice}`);
  }
  checkFormat(body);
}

function checkFormat({ response_format: format }: JsonObject): void {
  if (!isObject(format)) return;
  if (['text', 'json_object', 'json_schema'].includes(String(format.type))) return;
  throw llamaError(
    400,
    `response_format type must be one of "text" or "json_object", but got: ${String(format.type)}`,
  );
}

function refuseEmptyUser({ messages }: ChatRequest): void {
  if (messages.some(({ role, content }) => role === 'user' && content === null)) {
    throw llamaError(500, 'Invalid content type at row 39, column 51:\n    {%- else -%}\n');
  }
}

/** If the last message is from the assistant, the reply continues its text. */
function splitPrefill(messages: ChatMessage[]): { messages: ChatMessage[]; prefill: string } {
  const last = messages.at(-1);
  if (last?.role !== 'assistant' || last.calls !== undefined || typeof last.content !== 'string') {
    return { messages, prefill: '' };
  }
  return { messages: messages.slice(0, -1), prefill: last.content };
}

function render(status: number, message: string, renderPrompt: () => string): string {
  try {
    return renderPrompt();
  } catch (error) {
    if (error instanceof TemplateError) throw llamaError(status, message);
    throw error;
  }
}

/** The Generic format forces JSON. A named function is treated as `auto`. */
function toGenericGrammar({
  tools = [],
  toolChoice,
  allowsParallelCalls,
}: ChatRequest): JsonObject {
  const call = {
    anyOf: tools.map(({ name, parameters }) => ({
      type: 'object',
      properties: { name: { type: 'string', const: name }, arguments: parameters },
      required: ['name', 'arguments'],
    })),
  };
  const calls =
    allowsParallelCalls === true
      ? { tool_calls: { type: 'array', minItems: 1, items: call } }
      : { tool_call: call };
  const callBranch = { type: 'object', properties: calls, required: Object.keys(calls) };
  if (toolChoice === 'required') return callBranch;
  const answer = { response: { type: 'string' } };
  return {
    anyOf: [callBranch, { type: 'object', properties: answer, required: ['response'] }],
  };
}

function fitWindow(
  prepared: Prepared,
  request: ChatRequest,
  { contextWindow }: ServerFacts,
  promptTokens: number,
  describe: (tokens: number) => string,
) {
  if (promptTokens >= contextWindow) {
    throw new ServerError(400, {
      error: {
        code: 400,
        message: describe(promptTokens),
        type: 'exceed_context_size_error',
        n_prompt_tokens: promptTokens,
        n_ctx: contextWindow,
      },
    });
  }
  const available = contextWindow - promptTokens;
  const replyTokens = Math.min(request.maxTokens ?? available, available);
  return { ...prepared, promptTokens, replyTokens };
}

function toProbes(
  { contextWindow, models }: ServerFacts,
  capabilities: JsonObject,
): Record<string, () => Json> {
  return {
    '/health': () => ({ status: 'ok' }),
    '/props': () => ({
      default_generation_settings: { n_ctx: contextWindow },
      total_slots: 1,
      model_alias: models[0] ?? null,
      modalities: { vision: false, audio: false },
      ...capabilities,
    }),
  };
}
