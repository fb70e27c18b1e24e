import fc from 'fast-check';
import type { ModelProfile } from '../../src/profile/model-profile.ts';
import { arbitraryText } from './arbitrary-text.ts';

/** Messages in any order, as programs of many kinds leave them: results come late, twice, without an id or without a call. */
export function arbitraryHistory(profile: ModelProfile): fc.Arbitrary<readonly unknown[]> {
  const text = arbitraryText(profile);
  const id = fc.constantFrom('a', 'b', '', undefined);
  const parts = fc.record({
    text,
    more: text,
    id,
    other: id,
    name: fc.constantFrom('echo', 'look'),
  });
  const message = fc.oneof(
    { weight: 3, arbitrary: text.map((content) => ({ role: 'user', content })) },
    { weight: 1, arbitrary: text.map((content) => ({ role: 'system', content })) },
    ...[...plainForms, ...otherForms].map((form) => ({ weight: 1, arbitrary: parts.map(form) })),
  );
  return fc.array(message, { maxLength: 8 });
}

interface MessageParts {
  readonly text: string;
  readonly more: string;
  readonly id: string | undefined;
  readonly other: string | undefined;
  readonly name: string;
}

type MessageForm = (parts: MessageParts) => object;

const plainForms: readonly MessageForm[] = [
  ({ text }) => ({ role: 'assistant', content: text }),
  ({ text, more, id, name }) => ({
    role: 'assistant',
    content: text,
    tool_calls: [{ id, function: { name, arguments: more } }],
  }),
  ({ text, more, id, other, name }) => ({
    role: 'assistant',
    content: null,
    tool_calls: [
      { id, function: { name, arguments: text } },
      { id: other, function: { name: 'echo', arguments: JSON.stringify({ text: more }) } },
    ],
  }),
  ({ text, id }) => ({ role: 'tool', tool_call_id: id, content: text }),
  ({ text, id }) => ({ role: 'tool', tool_call_id: id, content: text }),
  ({ text, name }) => ({ role: 'tool', name, content: text }),
  () => ({ role: 'assistant', content: null }),
  ({ text }) => ({ role: 'assistant', content: null, refusal: text }),
  ({ text }) => ({ role: 'assistant', content: [{ type: 'refusal', refusal: text }] }),
  ({ text, more }) => ({ role: 'assistant', content: text, reasoning_content: more }),
  ({ text, more }) => ({ role: 'assistant', content: `<think>${more}</think>${text}` }),
  ({ text }) => ({ role: 'assistant', content: text, tool_calls: [null, {}] }),
];

/** Forms of Anthropic, Ollama, the AI SDK and the Responses API. */
const otherForms: readonly MessageForm[] = [
  ({ text, more, id, name }) => ({
    role: 'assistant',
    content: [
      { type: 'thinking', thinking: text },
      { type: 'tool_use', id, name, input: { text: more } },
    ],
  }),
  ({ text, more, id }) => ({
    role: 'user',
    content: [
      { type: 'tool_result', tool_use_id: id, content: [{ type: 'text', text }] },
      { type: 'text', text: more },
    ],
  }),
  ({ text, more, name }) => ({
    role: 'assistant',
    content: text,
    thinking: more,
    tool_calls: [{ function: { name, arguments: { text: more } } }],
  }),
  ({ text, name }) => ({ role: 'tool', tool_name: name, content: text }),
  ({ text, more, id, name }) => ({
    role: 'assistant',
    content: [
      { type: 'reasoning', text },
      { type: 'tool-call', toolCallId: id, toolName: name, input: { text: more } },
    ],
  }),
  ({ text, id, name }) => ({
    role: 'tool',
    content: [
      {
        type: 'tool-result',
        toolCallId: id,
        toolName: name,
        output: { type: 'text', value: text },
      },
    ],
  }),
  ({ text, more, id, name }) => ({
    role: 'assistant',
    parts: [
      { type: 'reasoning', text },
      {
        type: `tool-${name}`,
        toolCallId: id,
        state: 'output-available',
        input: { text: more },
        output: text,
      },
      { type: 'text', text: more },
    ],
  }),
  ({ text, id, name }) => ({ type: 'function_call', call_id: id, name, arguments: text }),
  ({ text, id }) => ({ type: 'function_call_output', call_id: id, output: text }),
  ({ text }) => ({ type: 'reasoning', summary: [{ type: 'summary_text', text }] }),
];
