import type { ToolSpec } from '../dialect/dialect.ts';
import type { ModelReply, ModelRequest } from '../model/model.ts';
import { findReachedLimit } from './limits/limits.ts';
import { acceptReply } from './reply/accept-reply.ts';
import { judgeReply } from './reply/judge-reply.ts';
import { composeRequest, firstAttempt } from './request/compose-request.ts';
import { activateTools } from './request/run-tools.ts';
import { sendFitted } from './request/send-fitted.ts';
import { addFix } from './state/fixes.ts';
import type { LoopGenerator } from './state/loop-generator.ts';
import type { RunEventBody } from './state/run-event.ts';
import type { Run } from './state/run-setup.ts';

/**
 * Asks the model until it has given its turn, and adds the turn to the transcript. Rejected drafts are attempts, not turns.
 * Adds nothing if a limit is reached before. Throws what the model throws, `model_output` if no reply is usable, and
 * `output_invalid` if no answer fits after all retries.
 */
export function* askModel<Context>(run: Run<Context>): LoopGenerator<void> {
  const { transcript } = run.state;
  if (transcript.awaits !== 'assistant') return;
  let attempt = firstAttempt(run);
  while (true) {
    const request = yield* composeRequest(run, transcript, attempt);
    activateTools(run, toolsThatMayRun(request));
    const reply = yield* sendFitted(run, request);
    const verdict = yield* judgeReply(run, { ...attempt, phase: request.phase }, reply);
    if (verdict.kind !== 'accept') yield* reportThoughts(run, reply);
    switch (verdict.kind) {
      case 'accept':
        yield* acceptReply(run, transcript, verdict.reply ?? reply, verdict);
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

function toolsThatMayRun({
  tools,
  callableTools,
  excludedTools,
}: ModelRequest): readonly ToolSpec[] {
  if (tools === undefined) return [];
  const callable = callableTools ?? tools;
  return excludedTools === undefined
    ? callable
    : callable.filter(({ name }) => !excludedTools.includes(name));
}

/** A rejected reply adds no turn, so that its thoughts are only in the fix. */
function* reportThoughts<Context>(
  run: Run<Context>,
  { parsed }: ModelReply,
): Generator<RunEventBody, void> {
  for (const fix of parsed.fixes) if (fix.kind === 'moved-reasoning') yield addFix(run, fix);
}
