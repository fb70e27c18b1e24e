import { type Compaction, compact } from '../../context/compact.ts';
import { type ContextBudget, contextBudget, isOverBudget } from '../../context/context-budget.ts';
import { applyView } from '../../context/context-view.ts';
import type { LedgerPrompt } from '../../context/token-ledger.ts';
import { ModelError, TurnwiseError } from '../../errors.ts';
import type { ModelRequest } from '../../model/model.ts';
import { isPromiseLike } from '../../promise-like.ts';
import { Transcript } from '../../turns/transcript.ts';
import { contextSlice } from '../state/context-slice.ts';
import type { LoopGenerator } from '../state/loop-generator.ts';
import type { Run } from '../state/run-setup.ts';
import { learnWindow } from './learn-window.ts';
import { readResultName } from './read-result-tool.ts';
import { activateTools, runTools } from './run-tools.ts';
import { summariseTurns } from './summarise-turns.ts';
import { toolSpecs } from './tool-specs.ts';

/** A request whose prompt fits, as far as the run can know. */
export interface FittedRequest {
  readonly request: ModelRequest;
  readonly prompt: LedgerPrompt;
}

/**
 * Fits a request into the context window: the model is shown less of the transcript, the transcript itself stays.
 * `refusedTokens` is the least that a prompt had which the server refused as too long: then the request becomes smaller in
 * any case. Throws `context_overflow` if even the smallest view does not fit.
 */
export function* fitRequest<Context>(
  run: Run<Context>,
  request: ModelRequest,
  refusedTokens?: number,
): LoopGenerator<FittedRequest> {
  const { state, ledger } = run;
  const budget = yield* learnBudget(run);
  const before = toPrompt(run, request);
  const estimate = ledger.estimate(before);
  const isRefused = refusedTokens !== undefined;
  const mustShrink = isRefused || (budget !== undefined && isOverBudget(estimate, budget));
  if (budget === undefined || !mustShrink) return fitted(request, before, estimate.tokens);
  const overhead =
    estimate.tokens - before.turns.reduce((sum, turn) => sum + ledger.costOf(turn), 0);
  // The refused prompt had more tokens than fit, even if the estimate was lower.
  const least = isRefused ? Math.max(refusedTokens, budget.limit) : estimate.tokens;
  const target = budget.target * Math.min(1, estimate.tokens / least);
  const compaction = shrink(run, request, target - overhead);
  contextSlice.of(state).view = compaction.view;
  if (run.setup.contextWindow.policy === 'summarise') {
    yield* summariseTurns(run, request, compaction.dropped, budget);
  }
  const final = withReader(run, request);
  const after = toPrompt(run, final);
  const { tokens } = ledger.estimate(after);
  yield {
    type: 'context-compacted',
    reason: isRefused ? 'overflow' : 'budget',
    before: { turns: before.turns.length, tokens: estimate.tokens },
    after: { turns: after.turns.length, tokens },
    window: budget.window,
  };
  if (!compaction.fits && tokens > budget.limit) throw tooLarge(run, tokens, budget);
  return fitted(final, after, tokens);
}

/** The reply to a request with shortened results must be able to read them. */
function withReader<Context>(run: Run<Context>, request: ModelRequest): ModelRequest {
  if (request.phase !== 'act') return request;
  const reader = runTools(run).find(({ name }) => name === readResultName);
  if (reader === undefined || request.tools.some(({ name }) => name === readResultName)) {
    return request;
  }
  const [first, ...rest] = request.tools;
  const specs = toolSpecs([reader], run.setup);
  const tools = [first, ...rest, ...specs] as const;
  const callableTools = request.callableTools && [...request.callableTools, ...specs];
  activateTools(run, callableTools ?? tools);
  return { ...request, tools, callableTools };
}

function* learnBudget<Context>(run: Run<Context>): LoopGenerator<ContextBudget | undefined> {
  const { contextWindow, settings } = run.setup;
  if (contextWindow.policy === 'off') return undefined;
  const window = contextSlice.of(run.state).contextWindow ?? (yield* learnWindow(run));
  if (window === undefined) return undefined;
  return contextBudget(window, contextWindow, settings.maxOutputTokens);
}

function toPrompt<Context>(
  { setup: { measurer }, state }: Run<Context>,
  request: ModelRequest,
): LedgerPrompt {
  const { tools, output } = request;
  return {
    turns: applyView(request.transcript.turns, contextSlice.of(state).view),
    overhead:
      measurer.ofInstructions(request.instructions) +
      (tools === undefined ? 0 : measurer.ofTools(tools)) +
      (output === undefined ? 0 : measurer.ofSchema(output.schema)),
    phase: request.phase,
  };
}

function shrink<Context>(
  { setup, state, ledger }: Run<Context>,
  request: ModelRequest,
  target: number,
): Compaction {
  const { policy = 'cap-and-drop', pin } = setup.contextWindow;
  return compact({
    turns: request.transcript.turns,
    view: contextSlice.of(state).view,
    policy: policy === 'off' ? 'drop' : policy,
    isPinned: pin === undefined ? () => false : (turn, place) => isPinned(pin(turn, place)),
    target: Math.max(0, target),
    costOf: (turn) => ledger.costOf(turn),
  });
}

/** A promise would count as true, and nothing could be left out. */
function isPinned(returned: unknown): boolean {
  if (!isPromiseLike(returned)) return Boolean(returned);
  throw new TurnwiseError(
    'invalid_options',
    '`contextWindow.pin` returned a promise; it must return true or false.',
  );
}

function fitted(
  request: ModelRequest,
  prompt: LedgerPrompt,
  estimatedTokens: number,
): FittedRequest {
  const { turns } = prompt;
  if (turns === request.transcript.turns)
    return { request: { ...request, estimatedTokens }, prompt };
  const transcript = Transcript.of(turns);
  if (transcript.awaits !== 'assistant') {
    throw new Error('The view of the transcript lost its last turn. This is a bug in Turnwise.');
  }
  return { request: { ...request, transcript, estimatedTokens }, prompt };
}

function tooLarge<Context>(
  { setup }: Run<Context>,
  tokens: number,
  budget: ContextBudget,
): ModelError {
  return new ModelError(
    'context_overflow',
    `The smallest prompt for "${setup.model.id}" has about ${tokens} tokens, but the context window of ${budget.window} tokens leaves ${budget.limit} for it.`,
    {
      cure: 'Shorten the instructions, the tools or the last input, or lower maxOutputTokens.',
      contextWindow: budget.window,
      promptTokens: tokens,
    },
  );
}
