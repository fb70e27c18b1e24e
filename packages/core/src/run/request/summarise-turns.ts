import type { ContextBudget } from '../../context/context-budget.ts';
import type { ModelRequest } from '../../model/model.ts';
import { Transcript } from '../../turns/transcript.ts';
import { type Turn, textOf } from '../../turns/turn.ts';
import { contextSlice } from '../state/context-slice.ts';
import type { LoopGenerator } from '../state/loop-generator.ts';
import type { Run } from '../state/run-setup.ts';
import { stepSlice } from '../state/step.ts';
import { dialectSlice, performRequest } from './perform-request.ts';

const instructions =
  'Summarise a part of a conversation between a user and an assistant that calls tools. Keep names, numbers, decisions, results and open questions. Write at most 200 words and nothing else.';

/** The fewest characters that a token has, so that the text to summarise fits the window. */
const minCharsPerToken = 1.2;

/** Asks the model for a summary of the turns that are left out from now on; the view shows the summary instead. */
export function* summariseTurns<Context>(
  run: Run<Context>,
  request: ModelRequest,
  dropped: readonly number[],
  { limit }: ContextBudget,
): LoopGenerator<void> {
  const { setup, state } = run;
  const memory = contextSlice.of(state);
  if (dropped.length === 0 || !hasRequestsLeft(run)) return;
  const turns = dropped.flatMap((place) => formatTurn(request.transcript.turns[place])).join('\n');
  const before = memory.summary === '' ? '' : `Summary so far: ${memory.summary}\n`;
  const text = cutMiddle(`${before}${turns}`, Math.floor((limit / 2) * minCharsPerToken));
  const { parsed } = yield* performRequest(run, {
    phase: 'answer',
    instructions,
    transcript: Transcript.empty().user(text),
    settings: setup.settings,
    stream: false,
    observesMessages: setup.observe.messages ?? false,
    conversationId: state.conversationId,
    blobs: setup.blobs,
    withheldTools: [],
    dialect: dialectSlice.of(state).lastDialect,
  });
  if (parsed.kind !== 'text') return;
  memory.summary = parsed.text.trim();
  memory.view = { ...memory.view, note: `[Summary of earlier turns: ${memory.summary}]` };
}

/** The summary is only for the next request, which must still be allowed. */
function hasRequestsLeft<Context>({ setup, state }: Run<Context>): boolean {
  return stepSlice.of(state).requests + 2 <= (setup.limits.maxRequests ?? Infinity);
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
