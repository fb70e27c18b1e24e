import type { ContextBudget } from '../context/context-budget.ts';
import type { ModelRequest } from '../model/model.ts';
import { Transcript } from '../turns/transcript.ts';
import { type Turn, textOf } from '../turns/turn.ts';
import type { LoopGenerator } from './loop-generator.ts';
import { performRequest } from './perform-request.ts';
import type { Run } from './run-setup.ts';

const instructions =
  'You sum up a part of a conversation between a user and an assistant that calls tools. Keep names, numbers, decisions, what was found and what is still open. Write at most 200 words, nothing else.';

/** Characters per token at the least, so that the text to sum up surely fits. */
const leastCharsPerToken = 1.2;

/** Has the model sum up turns that are left out from now on; the summary stands in their place. */
export function* summariseTurns<Context>(
  run: Run<Context>,
  request: ModelRequest,
  dropped: readonly number[],
  { limit }: ContextBudget,
): LoopGenerator<void> {
  const { setup, state } = run;
  if (dropped.length === 0 || !hasRequestsLeft(run)) return;
  const said = dropped.flatMap((place) => formatTurn(request.transcript.turns[place])).join('\n');
  const before = state.summary === '' ? '' : `Summary so far: ${state.summary}\n`;
  const text = cutMiddle(`${before}${said}`, Math.floor((limit / 2) * leastCharsPerToken));
  const reply = yield* performRequest(run, {
    phase: 'answer',
    instructions,
    transcript: Transcript.empty().user(text),
    settings: setup.settings,
    stream: false,
    conversationId: state.conversationId,
    blobs: setup.blobs,
    withheldTools: [],
    dialect: state.dialect,
  });
  if (reply?.parsed.kind !== 'text') return;
  state.summary = reply.parsed.text.trim();
  state.view = { ...state.view, note: `[Summary of earlier turns: ${state.summary}]` };
}

/** The request that the summary is for must still be allowed after it. */
function hasRequestsLeft<Context>({ setup, state }: Run<Context>): boolean {
  return state.requests + 2 <= (setup.limits.maxRequests ?? Infinity);
}

function formatTurn(turn: Turn | undefined): string[] {
  switch (turn?.role) {
    case undefined:
      return [];
    case 'user':
      return turn.inputs.map(({ parts }) => `User: ${textOf(parts)}`);
    case 'tool':
      return turn.results.map(({ name, parts }) => `Result of ${name}: ${textOf(parts)}`);
    case 'assistant':
      return turn.kind === 'text'
        ? [`Assistant: ${turn.text}`]
        : turn.calls.map(
            (call) => `Assistant calls ${call.name} ${JSON.stringify(call.arguments)}`,
          );
  }
}

function cutMiddle(text: string, chars: number): string {
  if (text.length <= chars) return text;
  const half = Math.floor(chars / 2);
  return `${text.slice(0, half)}\n[…]\n${text.slice(text.length - half)}`;
}
