import type { ChatMessage } from '../chat/chat-request.ts';
import {
  assertAlternating,
  foldSystem,
  generationPrompt,
  type TemplateOptions,
  toTurnRole,
  writeContent,
  writeTurn,
} from './gemma-turn.ts';

/**
 * Gemma 3's own chat template: no system role, no tools, strict alternation.
 * Throws `TemplateError` for a wrong order of roles. (chat_template of google/gemma-3-*-it)
 */
export function renderGemmaStock(
  messages: ChatMessage[],
  { isStrict, partSeparator = '' }: TemplateOptions,
): string {
  const { prefix, rest } = foldSystem(messages);
  if (isStrict) assertAlternating(rest);
  const turns = rest.map((message, index) => {
    const content = writeContent(message, partSeparator);
    return writeTurn(toTurnRole(message.role), index === 0 ? `${prefix}${content}` : content);
  });
  return `<bos>${turns.join('')}${generationPrompt}`;
}
