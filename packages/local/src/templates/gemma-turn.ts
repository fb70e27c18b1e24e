import { type ChatMessage, messageText } from '../chat/chat-request.ts';

/** The options of a chat template. */
export interface TemplateOptions {
  /** Whether a wrong order of roles is refused; `false` imitates a model that accepts any order. */
  isStrict: boolean;
  /** The text between two parts of one message. */
  partSeparator?: string;
}

/** Thrown if a Jinja template would call `raise_exception`. */
export class TemplateError extends Error {}

/** The error message of every Gemma template for a wrong order of roles. */
export const alternationMessage =
  'Conversation roles must alternate user/assistant/user/assistant/...';

/** The end of every prompt; the model continues it. */
export const generationPrompt = '<start_of_turn>model\n';

/** One turn as Gemma's templates print it. */
export function writeTurn(role: string, text: string): string {
  return `<start_of_turn>${role}\n${text}<end_of_turn>\n`;
}

/** Gemma's name of a wire role. */
export function toTurnRole(role: string): string {
  return role === 'assistant' ? 'model' : role;
}

/** Separates a leading system message: the template prepends its text to the first turn. */
export function foldSystem(messages: ChatMessage[]): { prefix: string; rest: ChatMessage[] } {
  const [first, ...rest] = messages;
  if (first?.role !== 'system') return { prefix: '', rest: messages };
  return { prefix: `${firstText(first)}\n\n`, rest };
}

/** Throws `TemplateError` unless the messages go user, assistant, user, assistant, … */
export function assertAlternating(messages: ChatMessage[]): void {
  for (const [index, message] of messages.entries()) {
    if ((message.role === 'user') !== (index % 2 === 0)) {
      throw new TemplateError(alternationMessage);
    }
  }
}

/** The content of a message: text parts are trimmed, an image is one `<start_of_image>`. */
export function writeContent(message: ChatMessage, separator = ''): string {
  const { content } = message;
  if (typeof content === 'string') return content.trim();
  return (content ?? [])
    .map((part) => (part.type === 'text' ? part.text.trim() : '<start_of_image>'))
    .join(separator);
}

/** Gemma's templates read only the first part of a system message. */
function firstText(message: ChatMessage): string {
  if (!Array.isArray(message.content)) return messageText(message);
  const [first] = message.content;
  return first?.type === 'text' ? first.text : '';
}
