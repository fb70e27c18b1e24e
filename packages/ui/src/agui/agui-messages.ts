import type { ToolCall } from '@turnwise/core';
import type { AguiEvent, AguiMessage } from './agui-event.ts';

/** The messages that a client of AG-UI shows, and the events that add to them. */
export class AguiMessages {
  readonly #runId: string;
  readonly #settled: AguiMessage[];
  /** The messages of the reply that is being written; they may be taken back. */
  #open: AguiMessage[] = [];
  #made = 0;
  #text: AguiMessage | undefined;
  #reasoning: AguiMessage | undefined;

  constructor(runId: string, messages: readonly AguiMessage[]) {
    this.#runId = runId;
    this.#settled = [...messages];
  }

  addText(delta: string): AguiEvent[] {
    if (delta === '') return [];
    const events = this.#endReasoning();
    let message = this.#text;
    if (message === undefined) {
      message = { id: this.#newId(), role: 'assistant', content: '' };
      this.#open.push(message);
      events.push({ type: 'TEXT_MESSAGE_START', messageId: message.id, role: 'assistant' });
    }
    this.#text = this.#extend(message, delta);
    return [...events, { type: 'TEXT_MESSAGE_CONTENT', messageId: message.id, delta }];
  }

  addReasoning(delta: string): AguiEvent[] {
    if (delta === '') return [];
    const events = this.#endText();
    let message = this.#reasoning;
    if (message === undefined) {
      message = { id: this.#newId(), role: 'reasoning', content: '' };
      this.#open.push(message);
      const { id: messageId } = message;
      events.push(
        { type: 'REASONING_START', messageId },
        { type: 'REASONING_MESSAGE_START', messageId, role: 'reasoning' },
      );
    }
    this.#reasoning = this.#extend(message, delta);
    return [...events, { type: 'REASONING_MESSAGE_CONTENT', messageId: message.id, delta }];
  }

  /** Ends what is being written. */
  close(): AguiEvent[] {
    return [...this.#endReasoning(), ...this.#endText()];
  }

  /** The text of the reply so far. */
  get text(): string {
    return this.#open
      .flatMap(({ role, content }) => (role === 'assistant' ? [content] : []))
      .join('');
  }

  /** Takes back the text of the reply, or everything of it: AG-UI can only send all other messages again. */
  takeBack(what: 'text' | 'reply'): AguiEvent[] {
    const ended = this.close();
    const kept = this.#open.filter(({ role }) => what === 'text' && role === 'reasoning');
    const isSame = kept.length === this.#open.length;
    this.#open = kept;
    return isSame ? ended : [...ended, this.#snapshot()];
  }

  /** What was written is part of the conversation now. */
  settle(): void {
    this.#settled.push(...this.#open);
    this.#open = [];
  }

  addCalls(calls: readonly ToolCall[]): AguiEvent[] {
    const parentMessageId = this.#newId();
    const shown = calls.map(({ id, name, arguments: given, unreadable }) => ({
      id,
      type: 'function',
      function: { name, arguments: unreadable?.text ?? JSON.stringify(given) },
    }));
    this.#settled.push({ id: parentMessageId, role: 'assistant', toolCalls: shown });
    return shown.flatMap(
      ({ id: toolCallId, function: { name, arguments: delta } }): AguiEvent[] => [
        { type: 'TOOL_CALL_START', toolCallId, toolCallName: name, parentMessageId },
        ...(delta === '' ? [] : [{ type: 'TOOL_CALL_ARGS' as const, toolCallId, delta }]),
        { type: 'TOOL_CALL_END', toolCallId },
      ],
    );
  }

  addResult(toolCallId: string, content: string): AguiEvent[] {
    const messageId = this.#newId();
    this.#settled.push({ id: messageId, role: 'tool', toolCallId, content });
    return [{ type: 'TOOL_CALL_RESULT', messageId, toolCallId, content, role: 'tool' }];
  }

  /** An input of the user that came during the run. There is no event for it. */
  addInput(content: string): AguiEvent[] {
    this.#settled.push({ id: this.#newId(), role: 'user', content });
    return [this.#snapshot()];
  }

  #snapshot(): AguiEvent {
    return { type: 'MESSAGES_SNAPSHOT', messages: [...this.#settled, ...this.#open] };
  }

  #extend(message: AguiMessage, delta: string): AguiMessage {
    const longer = { ...message, content: `${String(message.content)}${delta}` };
    this.#open[this.#open.indexOf(message)] = longer;
    return longer;
  }

  #endText(): AguiEvent[] {
    const message = this.#text;
    this.#text = undefined;
    return message === undefined ? [] : [{ type: 'TEXT_MESSAGE_END', messageId: message.id }];
  }

  #endReasoning(): AguiEvent[] {
    const messageId = this.#reasoning?.id;
    this.#reasoning = undefined;
    if (messageId === undefined) return [];
    return [
      { type: 'REASONING_MESSAGE_END', messageId },
      { type: 'REASONING_END', messageId },
    ];
  }

  #newId(): string {
    this.#made += 1;
    return `${this.#runId}-${this.#made}`;
  }
}
