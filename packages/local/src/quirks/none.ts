import type { ChatRequest } from '../chat/chat-request.ts';
import {
  namedCallParser,
  type ReplyParser,
  requiredCallParser,
  taggedParser,
  textParser,
} from '../chat/reply-parser.ts';
import { imageTokens } from '../images.ts';
import type { JsonObject } from '../json.ts';
import { ServerError } from '../server-error.ts';
import { TemplateError } from '../templates/gemma-turn.ts';
import { renderRelaxed } from '../templates/relaxed.ts';
import { isForcedChoice, toCallGrammar, toFormatGrammar } from './grammars.ts';
import type { ServerQuirks } from './server-quirks.ts';

/** No quirks: an OpenAI-like server that accepts messages in any order and supports tool calls. */
export const noQuirks: ServerQuirks = {
  name: 'none',
  models: ['stand-in'],
  ownedBy: 'turnwise (rule-based stand-in, not a model)',
  contextWindow: 131_072,
  headers: {},
  firstDelta: { role: 'assistant', content: '' },
  streamUsage: 'when-asked',
  messageFields: { refusal: null },
  choiceFields: { logprobs: null },
  reportsCachedTokens: true,
  imageTokens: () => imageTokens,
  check(body: JsonObject) {
    if (!Array.isArray(body.messages))
      throw invalid(400, "Missing required parameter: 'messages'.");
    if (body.messages.length === 0) throw invalid(400, "Invalid 'messages': empty array.");
  },
  prepare(request, { isStrict }) {
    const tools = request.toolChoice === 'none' ? undefined : request.tools;
    const prompt = render(() => renderRelaxed(request.messages, tools, { isStrict }));
    if (isForcedChoice(request)) {
      return { prompt, grammar: toCallGrammar(request), parser: chooseForcedParser(request) };
    }
    const { grammar } = toFormatGrammar(request);
    if (tools === undefined) return { prompt, parser: textParser, ...(grammar && { grammar }) };
    return { prompt, parser: taggedParser, ...(grammar && { answerGrammar: grammar }) };
  },
  fit(prepared, request, { contextWindow }, count) {
    const promptTokens = count(prepared.prompt);
    if (promptTokens >= contextWindow) {
      throw new ServerError(400, {
        error: {
          message: `This model's maximum context length is ${contextWindow} tokens. However, your messages resulted in ${promptTokens} tokens. Please reduce the length of the messages.`,
          type: 'invalid_request_error',
          param: 'messages',
          code: 'context_length_exceeded',
        },
      });
    }
    const available = contextWindow - promptTokens;
    const replyTokens = Math.min(request.maxTokens ?? available, available);
    return { ...prepared, promptTokens, replyTokens };
  },
  refuseImage: (error) => invalid(400, error?.message ?? 'Unsupported image'),
  refuseKey: () => invalid(401, 'Incorrect API key provided.'),
  toError: invalid,
  probes: () => ({}),
};

function invalid(status: number, message: string): ServerError {
  const type = status >= 500 ? 'server_error' : 'invalid_request_error';
  return new ServerError(status, { error: { message, type, param: null, code: null } });
}

function chooseForcedParser({ toolChoice }: ChatRequest): ReplyParser {
  return typeof toolChoice === 'object' ? namedCallParser(toolChoice.name) : requiredCallParser();
}

function render(renderPrompt: () => string): string {
  try {
    return renderPrompt();
  } catch (error) {
    if (error instanceof TemplateError) throw invalid(400, error.message);
    throw error;
  }
}
