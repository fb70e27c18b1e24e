import type { ChatMessage } from '../chat/chat-request.ts';
import { writeContent, writeTurn } from './gemma-turn.ts';

/**
 * The Go template of Ollama's gemma3: system text is a separate user turn, tool messages are omitted, and
 * the order of roles is not checked. (From memory of the published model; not compared with a server.)
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
