import type { Part, ToolTurn } from '../turns/turn.ts';
import { guardTag, type Said, sayResult, sayWords } from './encode-conversation.ts';
import { wireName } from './wire-name.ts';

/**
 * Results as one message of the user, for models without a tool role: each wrapped and named, so that parallel results
 * cannot be mistaken for each other. A result cannot close its wrapping, nor open another.
 */
export function sayToolResponses({ results, words }: ToolTurn): Said {
  const wrapped = results.flatMap((result, index): readonly Part[] => {
    const head = `<tool_response name="${wireName(result.name)}" call="${index + 1}">`;
    const guarded = sayResult(result).map(
      (part): Part =>
        part.type === 'text' ? { ...part, text: guardTag(part.text, 'tool_response') } : part,
    );
    return [{ type: 'text', text: head }, ...guarded, { type: 'text', text: '</tool_response>' }];
  });
  return { role: 'user', content: [...wrapped, ...sayWords(words)] };
}
