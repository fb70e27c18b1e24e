import type { ModelReply } from '../../model/model.ts';
import { searchableText } from '../../tool/searchable-text.ts';
import { lastInput } from '../../turns/inputs.ts';
import type { Conversation } from '../grounding/given-values.ts';
import { refersToFound } from '../grounding/refers-to-found.ts';
import { readInstructions } from '../program/read-instructions.ts';
import type { Attempt } from '../request/compose-request.ts';
import { runTools } from '../request/run-tools.ts';
import type { Verdict } from '../request/verdict.ts';
import type { LoopGenerator } from '../state/loop-generator.ts';
import { replySlice } from '../state/reply-slice.ts';
import type { Run } from '../state/run-setup.ts';
import { stepSlice } from '../state/step.ts';
import type { Environment } from './answer-doubt.ts';
import { askAgain, askUser, type Judged, kindsOf, maxValueTries, namesOf } from './ask-again.ts';
import { doubtAnswer, findUngivenWord } from './doubt-answer.ts';
import { doubtCalls } from './doubt-calls.ts';
import { doubtForm } from './doubt-form.ts';
import { findLacking } from './find-lacking.ts';
import { findUnfoundClaim } from './find-unfound-claim.ts';

/**
 * Decides about a reply of a model that often makes up values. A call with a value that nobody gave is asked for again with
 * a grammar without that tool, so that the model looks the value up with another one; if it answers instead, it must ask the user.
 * An answer that needs a call before it is asked for again as a call. Returns `undefined` if there is no doubt.
 */
export function* doubtValues<Context>(
  run: Run<Context>,
  attempt: Attempt,
  reply: ModelReply,
): LoopGenerator<Verdict | undefined> {
  const { parsed, needsValueChecks } = reply;
  if (needsValueChecks !== true || attempt.phase !== 'act') return undefined;
  if (parsed.kind === 'unusable') return undefined;
  const conversation = yield* readConversation(run);
  return parsed.kind === 'calls'
    ? doubtCalls(run, attempt, { reply, calls: parsed.calls, conversation })
    : doubtText(run, attempt, { reply, text: parsed.text, conversation });
}

function* readConversation<Context>(run: Run<Context>): LoopGenerator<Conversation> {
  const { step, stepRequests } = stepSlice.of(run.state);
  const id = `${step}.value-instructions.${stepRequests}`;
  const instructions = searchableText(yield* readInstructions(run, id));
  return { instructions, turns: run.state.transcript.turns };
}

/**
 * The request for the action that the model meant, if something was looked up since that it had made up, and the user means what is
 * found there ("the whole bill").
 */
function forceMeant<Context>(
  run: Run<Context>,
  attempt: Attempt,
  { reply, conversation }: Judged,
): Verdict | undefined {
  const { meant, hasLookedUp } = replySlice.of(run.state);
  if (!hasLookedUp || attempt.forcesCall !== undefined) return undefined;
  const input = lastInput(conversation.turns).text;
  if (input.includes('?') || !refersToFound(input)) return undefined;
  const names = namesOf(runTools(run));
  if (meant === undefined || !names.includes(meant)) return undefined;
  return askAgain(attempt, reply, {
    reason: `The reply ended before "${meant}", although what it needs was looked up.`,
    excludedTools: names.filter((name) => name !== meant),
    forcesCall: true,
    valueTries: maxValueTries,
  });
}

/** An answer that takes an empty search, or a result with another word, for what the user asked about. */
function doubtReading<Context>(
  run: Run<Context>,
  attempt: Attempt,
  { reply, text, about }: Reading<Context>,
): Verdict | undefined {
  const lacking = findLacking(text, about);
  if (lacking !== undefined) return askUser(run, attempt, { reply, missing: lacking });
  const claim = attempt.hint === undefined ? findUnfoundClaim(text, about) : undefined;
  if (claim === undefined) return undefined;
  return askAgain(attempt, reply, {
    reason: `The reply confirms "${claim}", which no result has.`,
    excludedTools: namesOf(about.tools),
    forcesCall: false,
    hint: `No result has the word "${claim}". Read the results again before you answer.`,
  });
}

interface Reading<Context> {
  readonly reply: ModelReply;
  readonly text: string;
  readonly about: Environment<Context>;
}

function doubtText<Context>(
  run: Run<Context>,
  attempt: Attempt,
  { reply, text, conversation }: Judged & { readonly text: string },
): Verdict | undefined {
  const tools = runTools(run);
  const { missing } = replySlice.of(run.state);
  if (missing !== undefined && !text.includes('?')) {
    const again =
      forceMeant(run, attempt, { reply, conversation }) ??
      askUser(run, attempt, { reply, missing });
    if (again !== undefined) return again;
  }
  const about = { tools, kinds: kindsOf(tools), conversation };
  const misread = doubtReading(run, attempt, { reply, text, about });
  if (misread !== undefined) return misread;
  const form = run.setup.output?.schema.jsonSchema;
  const word = form === undefined ? undefined : findUngivenWord(text, form, conversation);
  if (word !== undefined) {
    return askAgain(attempt, reply, {
      reason: `The form has "${word}", which nobody gave.`,
      phase: 'answer',
      hidesTools: true,
    });
  }
  if (attempt.forcesCall !== undefined) return undefined;
  const doubt =
    (form === undefined ? undefined : doubtForm(text, form, about)) ?? doubtAnswer(text, about);
  if (doubt === undefined) return undefined;
  const { excludedTools = [] } = attempt;
  const others = namesOf(tools).filter((name) => doubt.tools?.includes(name) === false);
  return askAgain(attempt, reply, {
    reason: doubt.reason,
    forcesCall: true,
    excludedTools: [...new Set([...excludedTools, ...others])],
    ...(doubt.hint !== undefined && { hint: doubt.hint }),
  });
}
