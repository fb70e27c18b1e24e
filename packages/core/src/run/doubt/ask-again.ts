import { memoize } from '../../memoize.ts';
import type { ModelReply } from '../../model/model.ts';
import { identifierKinds } from '../../schema/json-schema/identifier-kinds.ts';
import type { Tool } from '../../tool/tool.ts';
import type { Conversation } from '../grounding/given-values.ts';
import type { Attempt } from '../request/compose-request.ts';
import { runTools } from '../request/run-tools.ts';
import type { Verdict } from '../request/verdict.ts';
import { formatRawReply } from '../state/fixes.ts';
import { replySlice } from '../state/reply-slice.ts';
import type { Run } from '../state/run-setup.ts';

/** How often a step is asked for other calls because of made-up values. */
export const maxValueTries = 3;

/** A reply with what it is compared with. */
export interface Judged {
  readonly reply: ModelReply;
  readonly conversation: Conversation;
}

/** The same request again, with a change. */
export function askAgain(
  attempt: Attempt,
  { raw }: ModelReply,
  { reason, ...change }: Partial<Attempt> & { readonly reason: string },
): Verdict {
  return {
    kind: 'ask-again',
    attempt: { ...attempt, ...change },
    fix: { kind: 'asked-again', reason, text: formatRawReply(raw) },
  };
}

/** The last resort for a value that no tool gave: the request allows only a question. */
export function askUser<Context>(
  run: Run<Context>,
  attempt: Attempt,
  { reply, missing }: { readonly reply: ModelReply; readonly missing: readonly string[] },
): Verdict | undefined {
  const names = namesOf(runTools(run));
  const isAsked = names.every((name) => attempt.excludedTools?.includes(name) === true);
  // An answer in a form has no place for a question.
  if (isAsked || run.setup.output !== undefined) return undefined;
  replySlice.of(run.state).missing = undefined;
  const what = missing.length === 0 ? 'The value' : quoted(missing);
  return askAgain(attempt, reply, {
    reason: `${what} was neither given nor looked up, and the reply did not ask for it.`,
    excludedTools: names,
    forcesCall: false,
    hint: `Nobody gave ${missing.length === 0 ? 'a value that you need' : what}. Ask the user for it in one short question.`,
  });
}

/** The kinds of identifiers that tools take. */
export const kindsOf = memoize((tools: readonly Tool<never>[]) =>
  identifierKinds(tools.map(({ schema }) => schema.jsonSchema)),
);

/** The names of tools. */
export function namesOf(tools: readonly { readonly name: string }[]): readonly string[] {
  return tools.map(({ name }) => name);
}

/** Names in a sentence. */
export function quoted(names: readonly string[]): string {
  return [...new Set(names)].map((name) => `"${name}"`).join(' and ');
}
