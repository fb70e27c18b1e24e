import { boundedGenerator } from '../../bounded.ts';
import { describeGiven } from '../../describe-given.ts';
import { TurnwiseError } from '../../errors.ts';
import { followsSignal } from '../../model/follows-signal.ts';
import type { Model, ModelRequest } from '../../model/model.ts';

/**
 * Starts a request of a model, which ends soon after the signal aborts. Throws `invalid_options` if its `request` does not return
 * an async generator.
 */
export function startRequest(
  model: Model,
  request: ModelRequest,
  signal: AbortSignal,
): ReturnType<Model['request']> {
  const running = model.request(request, signal);
  if (typeof running?.next !== 'function' || !(Symbol.asyncIterator in running)) {
    throw new TurnwiseError(
      'invalid_options',
      `\`request\` of the model "${model.id}" returned ${describeGiven(running, false)}. Make it an async generator: async *request(request, signal) { … }.`,
    );
  }
  return followsSignal(model) ? running : boundedGenerator(signal, running);
}
