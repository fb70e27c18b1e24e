import { type ChatMessage, messageText } from '../chat/chat-request.ts';

/** What a chat template gets besides the messages. */
export interface TemplateOptions {
  /** Whether a wrong order of roles is refused; `false` imitates a model that takes any order. */
  isStrict: boolean;
  /** Put between the text parts of one message. */
  partSeparator?: string;
}

/** Thrown where a Jinja template calls `raise_exception`. */
export class TemplateError extends Error {}

/** The words of every Gemma template for a broken order of roles. */
export const alternationMessage =
  'Conversation roles must alternate user/assistant/user/assistant/...';

/** The end of every prompt: the model writes on from here. */
export const generationPrompt = '<start_of_turn>model\n';

/** One turn as Gemma's templates print it. */
export function writeTurn(role: string, text: string): string {
  return `<start_of_turn>${role}\n${text}<end_of_turn>\n`;
}

/** Gemma's name of a wire role. */
export function toTurnRole(role: string): string {
  return role === 'assistant' ? 'model' : role;
}

/** Splits a leading system message off; the template prepends its text to the first turn. */
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

/** The content of a message: each text part trimmed, each picture one `<start_of_image>`. */
export function writeContent(message: ChatMessage, separator = ''): string {
  const { content } = message;
  if (typeof content === 'string') return content.trim();
  return (content ?? [])
    .map((part) => (part.type === 'text' ? part.text.trim() : '<start_of_image>'))
    .join(separator);
}

/** Only the first part of a system message is read by Gemma's templates. */
function firstText(message: ChatMessage): string {
  if (!Array.isArray(message.content)) return messageText(message);
  const [first] = message.content;
  return first?.type === 'text' ? first.text : '';
}
