import type { WireMessage } from '../../src/dialect/wire.ts';
import type { ModelProfile } from '../../src/profile/model-profile.ts';

/**
 * What is wrong with wire messages for a profile, found without the product's own gate; `undefined` if nothing is wrong.
 * Strict profiles are held to two readings: the plain one, and that of vLLM's template for Gemma 3, which leaves out
 * tool messages and assistant messages with calls before it looks at the order.
 */
export function findWireProblem(
  messages: readonly WireMessage[],
  { turns }: ModelProfile,
): string | undefined {
  const roles = messages.map(({ role }) => role);
  const [first, ...rest] = roles;
  if (rest.includes('system')) return `a system message after the first: ${roles}`;
  if (first === 'system' && turns.system !== 'message') return 'a system message nobody can say';
  const others = first === 'system' ? messages.slice(1) : messages;
  const last = others.at(-1)?.role;
  if (last !== 'user' && last !== 'tool') return `the last message is the ${last}'s`;
  if (!turns.toolRole && others.some((each) => each.role === 'tool' || 'tool_calls' in each)) {
    return 'tool messages where there is no tool role';
  }
  const mixed = others.some((each) => 'tool_calls' in each && (each.content ?? '') !== '');
  if (mixed) return 'text beside calls';
  if (others.some((each) => 'tool_calls' in each && each.tool_calls.length === 0)) {
    return 'an empty list of calls';
  }
  return (
    findUnansweredCall(others) ?? (turns.order === 'strict' ? findStrictProblem(others) : undefined)
  );
}

/** Every call has its results right after it, in any order, and no result is without a call. */
function findUnansweredCall(messages: readonly WireMessage[]): string | undefined {
  let open: string[] = [];
  for (const message of messages) {
    if (message.role === 'tool') {
      if (!open.includes(message.tool_call_id)) return `a result without a call`;
      open = open.filter((id) => id !== message.tool_call_id);
    } else if (open.length > 0) return 'a call without a result';
    else if ('tool_calls' in message) open = message.tool_calls.map(({ id }) => id);
  }
  return open.length > 0 ? 'a call without a result at the end' : undefined;
}

function findStrictProblem(messages: readonly WireMessage[]): string | undefined {
  const plain = messages.map(({ role }) => (role === 'tool' ? 'user' : role));
  if (!alternates(plain)) return `not alternating: ${messages.map(({ role }) => role)}`;
  const seen = messages.filter((each) => each.role !== 'tool' && !('tool_calls' in each));
  const seenRoles = seen.map(({ role }) => role);
  return alternates(seenRoles) ? undefined : `not alternating without tools: ${seenRoles}`;
}

function alternates(roles: readonly string[]): boolean {
  return roles.every((role, place) => role === (place % 2 === 0 ? 'user' : 'assistant'));
}

/** Control tokens that a model of the profile reads as its own; written out here, not taken from the profile. */
const tokensOf: Readonly<Record<string, readonly string[]>> = {
  'gemma-3': ['<start_of_turn>', '<end_of_turn>', '<start_of_image>', '<eos>', '<unused7>'],
  'gemma-3-strict': ['<start_of_turn>', '<end_of_turn>', '<start_of_image>', '<bos>', '<pad>'],
  'gemma-4': ['<|turn>', '<turn|>', '<|tool_call>', '<|"|>', '<|channel>', '<eos>'],
  openai: ['<|im_start|>', '<|im_end|>', '<|endoftext|>'],
  'llama-3': ['<|eot_id|>', '<|start_header_id|>', '<|begin_of_text|>'],
  'qwen-3': ['<|im_start|>', '<tool_response>', '</tool_call>', '<think>'],
  mistral: ['[INST]', '[/INST]', '[TOOL_CALLS]', '</s>', '[TOOL_RESULTS]'],
  'function-gemma': ['<start_of_turn>', '<end_of_turn>', '<start_function_call>', '<escape>'],
  'llama-4': ['<|header_start|>', '<|header_end|>', '<|eot|>', '<|begin_of_text|>'],
  'llama-2': ['[INST]', '[/INST]', '<<SYS>>', '<</SYS>>', '</s>'],
  'mistral-v1': ['[INST]', '[/INST]', '<s>', '</s>'],
  'gpt-oss': ['<|start|>', '<|channel|>', '<|message|>', '<|call|>', '<|end|>', '<|return|>'],
  kimi: ['<|im_user|>', '<|im_end|>', '<|tool_calls_section_begin|>', '</think>'],
  glm: ['[gMASK]', '<sop>', '<|user|>', '<|observation|>', '<tool_call>', '</think>'],
  'deepseek-r1': ['<｜User｜>', '<｜Assistant｜>', '<｜end▁of▁sentence｜>', '<think>'],
  granite: ['<|start_of_role|>', '<|end_of_role|>', '<|end_of_text|>', '<|tool_call|>'],
  hermes: ['<|im_start|>', '<|im_end|>', '<tool_call>', '</tool_response>'],
  'phi-4-mini': ['<|user|>', '<|end|>', '<|tool|>', '<|/tool|>', '<|tool_call|>'],
};

/** The control tokens of a profile. */
export function controlTokensOf({ id }: ModelProfile): readonly string[] {
  return tokensOf[id] ?? [];
}

/** Every string and key inside a JSON value, and inside the JSON text of arguments, which servers parse. */
export function stringsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, each]) => {
    const inner = key === 'arguments' && typeof each === 'string' ? JSON.parse(each) : [];
    return [key, ...stringsIn(each), ...stringsIn(inner)];
  });
}
