import { acceptReply } from './accept-reply.ts';
import { addFix } from './add-fix.ts';
import { firstAttempt } from './attempt.ts';
import { composeRequest } from './compose-request.ts';
import { judgeReply } from './judge-reply.ts';
import { findReachedLimit } from './limits.ts';
import { awaitValue, type LoopGenerator } from './loop-generator.ts';
import type { Run } from './run-setup.ts';
import { sendFitted } from './send-fitted.ts';

/**
 * Asks the model until it has given its turn, and adds that to the transcript. Drafts that are refused are attempts, not
 * turns. Adds nothing where the run is aborted or a limit is reached meanwhile. Throws what the model throws,
 * `model_output` where it gives nothing usable, and `output_invalid` where its answer does not fit after every retry.
 */
export function* askModel<Context>(run: Run<Context>): LoopGenerator<void> {
  const { state } = run;
  const { transcript } = state;
  if (transcript.awaits !== 'assistant') return;
  let attempt = firstAttempt(run);
  while (true) {
    const request = yield* composeRequest(run, transcript, attempt);
    state.activeTools = (request.tools ?? []).map(({ name }) => name);
    const reply = yield* sendFitted(run, request);
    if (reply === undefined) return;
    const verdict = yield* awaitValue(judgeReply(run, { ...attempt, phase: request.phase }, reply));
    switch (verdict.kind) {
      case 'accept':
        if (verdict.output !== undefined) state.output = verdict.output;
        yield* acceptReply(run, transcript, reply);
        return;
      case 'ask-again':
        if (verdict.fix !== undefined) yield addFix(run, verdict.fix);
        attempt = verdict.attempt;
        break;
      case 'back-to-act':
        yield addFix(run, verdict.fix);
        return;
      case 'fail':
        throw verdict.error;
    }
    if (findReachedLimit(run, { isWithinStep: true }) !== undefined) return;
  }
}
