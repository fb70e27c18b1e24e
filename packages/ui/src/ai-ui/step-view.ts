import type { AssistantTurn, JsonValue, ToolCall } from '@turnwise/core';
import type { AiUiChunk } from './ai-ui-chunk.ts';

/** What the page shows of the reply that the model writes now, and the chunks that change it. */
export class StepView {
  readonly #showsReasoning: boolean;
  #parts = 0;
  #text = '';
  #textId: string | undefined;
  #reasoningId: string | undefined;
  #output: JsonValue | undefined;
  /** The names of the calls that are being written, by call id. */
  readonly #inputs = new Map<string, string>();
  /** Chunks that stay if the reply is taken back: inputs of the user. */
  #kept: AiUiChunk[] = [];
  #isEmpty = true;

  constructor(showsReasoning: boolean) {
    this.#showsReasoning = showsReasoning;
  }

  /** Begins a step. */
  open(): void {
    this.#forget();
    this.#kept = [];
  }

  /** Ends the parts that are being written. */
  close(): AiUiChunk[] {
    return [...this.#endReasoning(), ...this.#endText()];
  }

  /** Takes back what the reply has shown. */
  takeBack(): AiUiChunk[] {
    if (this.#isEmpty) return [];
    this.#forget();
    return [{ type: 'reset-step' }, ...this.#kept];
  }

  /** The reply is a turn now: what was shown stays. */
  settle(): void {
    this.#forget();
  }

  addInput(chunk: AiUiChunk): AiUiChunk[] {
    this.#kept.push(chunk);
    return [chunk];
  }

  addText(delta: string): AiUiChunk[] {
    this.#isEmpty = false;
    this.#text += delta;
    const before = this.#endReasoning();
    const id = this.#textId ?? this.#newId('text');
    if (this.#textId === undefined) before.push({ type: 'text-start', id });
    this.#textId = id;
    return [...before, { type: 'text-delta', id, delta }];
  }

  addReasoning(delta: string): AiUiChunk[] {
    if (!this.#showsReasoning) return [];
    this.#isEmpty = false;
    const before: AiUiChunk[] = [];
    const id = this.#reasoningId ?? this.#newId('reasoning');
    if (this.#reasoningId === undefined) before.push({ type: 'reasoning-start', id });
    this.#reasoningId = id;
    return [...before, { type: 'reasoning-delta', id, delta }];
  }

  addOutput(output: JsonValue): AiUiChunk[] {
    this.#isEmpty = false;
    this.#output = output;
    return [{ type: 'data-output', id: 'output', data: output }];
  }

  /** A piece of a call. The arguments cannot be shown before the name is known. */
  addCall(id: string, { name, json }: { name?: string | undefined; json?: string | undefined }) {
    const chunks: AiUiChunk[] = [];
    if (name !== undefined && !this.#inputs.has(id)) {
      this.#isEmpty = false;
      this.#inputs.set(id, name);
      chunks.push({ type: 'tool-input-start', toolCallId: id, toolName: name });
    }
    if (json !== undefined && json !== '' && this.#inputs.has(id)) {
      chunks.push({ type: 'tool-input-delta', toolCallId: id, inputTextDelta: json });
    }
    return chunks;
  }

  /** Shows the reply as the turn that it became; what was shown and is not part of the turn is taken back. */
  become(turn: AssistantTurn): AiUiChunk[] {
    const text = turn.kind === 'text' ? turn.text : '';
    const calls = turn.kind === 'calls' ? turn.calls : [];
    const ids = calls.map(({ id }) => id);
    const isRight = this.#text === text && [...this.#inputs.keys()].every((id) => ids.includes(id));
    const chunks = isRight ? this.close() : this.#showAgain(turn.reasoning, text);
    this.settle();
    return [...chunks, ...calls.map(showCall)];
  }

  #showAgain(reasoning: string | undefined, text: string): AiUiChunk[] {
    const output = this.#output;
    const chunks = this.takeBack();
    if (reasoning !== undefined) chunks.push(...this.addReasoning(reasoning));
    if (text !== '') chunks.push(...this.addText(text));
    chunks.push(...this.close());
    return text === '' || output === undefined ? chunks : [...chunks, ...this.addOutput(output)];
  }

  #endReasoning(): AiUiChunk[] {
    const id = this.#reasoningId;
    this.#reasoningId = undefined;
    return id === undefined ? [] : [{ type: 'reasoning-end', id }];
  }

  #endText(): AiUiChunk[] {
    const id = this.#textId;
    this.#textId = undefined;
    return id === undefined ? [] : [{ type: 'text-end', id }];
  }

  #newId(kind: string): string {
    this.#parts += 1;
    return `${kind}-${this.#parts}`;
  }

  #forget(): void {
    this.#text = '';
    this.#textId = undefined;
    this.#reasoningId = undefined;
    this.#output = undefined;
    this.#inputs.clear();
    this.#isEmpty = true;
  }
}

/** The chunk that shows a call with its arguments. */
export function showCall({ id, name, arguments: input, unreadable }: ToolCall): AiUiChunk {
  const call = { toolCallId: id, toolName: name };
  if (unreadable === undefined) return { type: 'tool-input-available', ...call, input };
  const { text, problem } = unreadable;
  return { type: 'tool-input-error', ...call, input: text, errorText: problem };
}
