import { TurnwiseError } from '../errors.ts';

/** For an input to a run that has ended. */
export function steeredTooLate(): TurnwiseError {
  return new TurnwiseError(
    'invalid_state',
    'The run has ended; steer() has no effect. Start a new run with agent.run(input, { transcript }).',
  );
}

/** For a partial output of an agent whose answers are text. */
export function noOutputSchema(): TurnwiseError {
  return new TurnwiseError(
    'invalid_options',
    'partialOutputStream needs an agent with an output schema. Pass the agent option `output`, or use textStream.',
  );
}

/** For text that was yielded and turned out to be void. */
export function textReplaced(): TurnwiseError {
  return new TurnwiseError(
    'text_replaced',
    'textStream had yielded text that the final reply does not contain: the reply broke off and was different the second time, or a part of it was a thought. Discard the yielded text and use `result`.',
  );
}

/** For a second reader of a run. */
export function secondReader(): TurnwiseError {
  return new TurnwiseError(
    'invalid_options',
    'This run already has a reader, and its events can be read only once. Use agent.on("event", …) for a second reader, and `run.result` for the result.',
  );
}
