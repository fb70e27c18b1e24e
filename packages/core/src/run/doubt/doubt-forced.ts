import { ModelError } from '../../errors.ts';
import type { ModelReply } from '../../model/model.ts';
import { isLookUp } from '../../tool/is-look-up.ts';
import type { Attempt } from '../request/compose-request.ts';
import type { Verdict } from '../request/verdict.ts';
import { formatRawReply } from '../state/fixes.ts';
import type { Run } from '../state/run-setup.ts';
import { askAgain, quoted } from './ask-again.ts';
import type { CheckedInput } from './find-look-ups.ts';

/** A call with a value that nobody gave, and the parameters whose value is not an identifier. */
export interface LackingCall<Context> extends CheckedInput<Context> {
  readonly missing: readonly string[];
}

/**
 * Decides about calls with made-up values if `toolChoice` leaves no other tool and no question. The calls are asked for once more;
 * then look-ups are accepted, and an action is an error.
 */
export function doubtForced<Context>(
  run: Run<Context>,
  attempt: Attempt,
  reply: ModelReply,
  lacking: readonly LackingCall<Context>[],
): Verdict | undefined {
  const missing = lacking.flatMap((each) => each.missing);
  const what = missing.length === 0 ? 'an identifier' : `a value of ${quoted(missing)}`;
  const reason = `A call had ${what} that does not occur in the conversation.`;
  if (attempt.valueTries === undefined) {
    const hint = `Your last call had ${what} that nobody gave. Make the call with values of the conversation only.`;
    return askAgain(attempt, reply, { reason, hint, valueTries: 1 });
  }
  if (lacking.every(({ tool }) => isLookUp(tool))) return undefined;
  const error = new ModelError(
    'model_call_missing',
    `\`toolChoice\` forces a call, but "${run.setup.model.id}" made up ${what} twice.`,
    {
      attempts: 2,
      reply: formatRawReply(reply.raw),
      cure: 'Give the value in the input. If values of this tool need not occur in the conversation, set its option `grounded: []`.',
    },
  );
  return { kind: 'fail', error };
}
