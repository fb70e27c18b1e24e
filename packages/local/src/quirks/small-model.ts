import type { ChatMessage, ChatRequest } from '../chat/chat-request.ts';
import { parseJson, toObject } from '../json.ts';
import { type PastToolCall, readPastCalls } from '../stand-in/read-calls.ts';
import { readPrompt } from '../stand-in/read-prompt.ts';
import { type SmallModelView, writeAsSmallModel } from '../stand-in/small-model.ts';
import { noQuirks } from './none.ts';
import type { ServerQuirks } from './server-quirks.ts';

/**
 * A llama-server with a template that knows tools, and a small trained model that does not use it well: it writes calls
 * as text in many forms, writes a call again after its result, and writes nothing after it repeated itself. Its replies
 * are right if a grammar forces their form. (Replies recorded from Qwen2.5-Coder 1.5B on build 11434)
 */
export const smallModelQuirks: ServerQuirks = {
  ...noQuirks,
  name: 'small-model',
  models: ['small-model'],
  ownedBy: 'llamacpp (rule-based stand-in, not a model)',
  contextWindow: 16_384,
  headers: { server: 'llama.cpp' },
  imageTokens: undefined,
  prepare(request, facts) {
    const prepared = noQuirks.prepare(request, facts);
    // Without tools it answers. With tools it does not write the tags of its template, which the parser looks for.
    if (readPrompt(prepared.prompt).tools.length === 0) return prepared;
    return { ...prepared, rewrite: (written) => writeAsSmallModel(written, toView(request)) };
  },
  probes: ({ contextWindow, models }) => ({
    '/props': () => ({
      default_generation_settings: { n_ctx: contextWindow },
      total_slots: 1,
      model_alias: models[0] ?? null,
      modalities: { vision: false, audio: false },
      chat_template_caps: {
        supports_tools: true,
        supports_tool_calls: true,
        supports_parallel_tool_calls: false,
        supports_system_role: true,
      },
    }),
  }),
};

/** What decides the reply: the same request gets the same reply. */
function toView({ messages }: ChatRequest): SmallModelView {
  const asked = messages.findLastIndex((each) => each.role === 'user' && !isResult(each));
  const since = messages.slice(asked + 1);
  const lastReply = since.findLast(({ role }) => role === 'assistant');
  return {
    question: textOf(messages[asked]),
    results: since.filter(isResult).length,
    lastCall: lastReply === undefined ? undefined : callOf(lastReply),
  };
}

function callOf(message: ChatMessage): PastToolCall | undefined {
  const [call] = message.calls ?? [];
  if (call === undefined) return readPastCalls(textOf(message))[0];
  return { name: call.name, arguments: toObject(parseJson(call.arguments)) };
}

/** A result in the role of a tool, or as the prompted dialects send it. */
function isResult(message: ChatMessage): boolean {
  return message.role === 'tool' || /^\s*<tool_\w+/.test(textOf(message));
}

function textOf(message: ChatMessage | undefined): string {
  return typeof message?.content === 'string' ? message.content : '';
}
