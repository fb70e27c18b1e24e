import type { ChatMessage } from '../chat/chat-request.ts';
import { writeContent, writeTurn } from './gemma-turn.ts';

/**
 * The Go template of Ollama's gemma3: system text is a user turn of its own, tool messages vanish, and
 * no order of roles is enforced. (From memory of the published model; not checked against a server.)
 */
export function renderOllama(messages: ChatMessage[]): string {
  const turns = messages.map((message, index) => {
    const content = writeContent(message);
    switch (message.role) {
      case 'user':
      case 'system':
      case 'developer':
        return writeTurn('user', content);
      case 'assistant':
        return index === messages.length - 1
          ? `<start_of_turn>model\n${content}`
          : writeTurn('model', content);
      default:
        return '';
    }
  });
  const isContinued = messages.at(-1)?.role === 'assistant';
  return `<bos>${turns.join('')}${isContinued ? '' : '<start_of_turn>model\n'}`;
}
