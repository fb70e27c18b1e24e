import type { RunEventBody } from '../run/state/run-event.ts';

/** After these events, the streamed text no longer belongs to the answer that the model writes. */
const voidsText: readonly RunEventBody['type'][] = [
  'request-started',
  'stream-restarted',
  'assistant-turn-added',
];

/** Collects the streamed text of the answer that the model writes now. */
export class PartialText {
  #text = '';

  get text(): string {
    return this.#text;
  }

  /** Reads an event of the run. */
  take(event: RunEventBody): void {
    if (event.type === 'text-delta') this.#text += event.text;
    else if (voidsText.includes(event.type)) this.#text = '';
  }
}
