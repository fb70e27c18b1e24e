import type { RunEventBody } from '../run/state/run-event.ts';

/**
 * Selects the text that `textStream` yields from the events of a run: only text that stays in the transcript.
 * Text of a request that offers tools is held until its turn is added, because calls may follow it. Text of other requests is
 * yielded as it arrives; if such a reply is requested again, what was already yielded is not repeated.
 */
export class StandingText {
  readonly #hasOutput: boolean;
  #isLive = false;
  /** What was yielded of the turn that is being written. */
  #yielded = '';
  /** The text of the current attempt; only kept if it is not yielded at once. */
  #attempt = '';
  #isRepeated = false;
  #isReplaced = false;

  /** With `hasOutput` every reply is held, because an answer can be rejected. */
  constructor({ hasOutput }: { readonly hasOutput: boolean }) {
    this.#hasOutput = hasOutput;
  }

  /** Whether text was yielded that the final reply does not contain. */
  get isReplaced(): boolean {
    return this.#isReplaced;
  }

  /** The text to yield after this event; often empty. */
  take(event: RunEventBody): string {
    switch (event.type) {
      case 'request-started':
        // A guided reply that streams its answer contains no calls.
        this.#isLive = !this.#hasOutput && (event.tools === 0 || event.dialect === 'guided');
        return this.#startAttempt();
      case 'stream-restarted':
        return this.#startAttempt();
      case 'text-delta':
        return this.#isLive ? this.#addLive(event.text) : '';
      case 'assistant-turn-added':
        return this.#endTurn(event.turn.kind === 'text' ? event.turn.text : '');
      default:
        return '';
    }
  }

  #startAttempt(): string {
    this.#attempt = '';
    this.#isRepeated = this.#yielded !== '';
    return '';
  }

  #addLive(text: string): string {
    if (this.#isReplaced) return '';
    if (!this.#isRepeated) {
      this.#yielded += text;
      return text;
    }
    this.#attempt += text;
    if (this.#attempt.length <= this.#yielded.length) return '';
    this.#isRepeated = false;
    return this.#advanceTo(this.#attempt);
  }

  #endTurn(text: string): string {
    const rest = this.#isReplaced ? '' : this.#advanceTo(text);
    this.#yielded = '';
    this.#attempt = '';
    return rest;
  }

  #advanceTo(text: string): string {
    if (!text.startsWith(this.#yielded)) {
      this.#isReplaced = true;
      return '';
    }
    const rest = text.slice(this.#yielded.length);
    this.#yielded = text;
    return rest;
  }
}
