import type { Transcript } from '../../turns/transcript.ts';
import type { UserInput } from '../../turns/turn.ts';

/** The conversation with inputs that its run did not read: they become a turn, which the next run answers. */
export function addInputs(transcript: Transcript, inputs: readonly UserInput[]): Transcript {
  let longer = transcript;
  for (const { parts } of inputs) {
    if (longer.awaits === 'user') longer = longer.user(parts);
    else if (longer.awaits === 'assistant') longer = longer.addInput(parts);
  }
  return longer;
}
