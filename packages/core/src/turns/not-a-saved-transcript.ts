import { TurnwiseError } from '../errors.ts';

/** The error for a value that `Transcript.fromJSON` cannot load. It names what was probably passed, and what to pass. */
export function notASavedTranscript(given: unknown): TurnwiseError {
  return new TurnwiseError(
    'invalid_state',
    `The value is not a saved transcript. ${whatToPass(given)}`,
  );
}

function whatToPass(given: unknown): string {
  if (typeof given === 'string') {
    return 'It is a text. If it is the JSON of a transcript, pass JSON.parse(text).';
  }
  if (Array.isArray(given)) {
    return 'It is a list. Import messages with Transcript.repair(messages).transcript.';
  }
  if ('transcript' in Object(given)) return 'It is a result or a state. Pass its `transcript`.';
  return 'Pass the JSON that transcript.toJSON() returned.';
}
