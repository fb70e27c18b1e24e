import { type Compaction, compact } from '../context/compact.ts';
import { type ContextBudget, contextBudget, isOverBudget } from '../context/context-budget.ts';
import { applyView } from '../context/context-view.ts';
import type { LedgerPrompt } from '../context/token-ledger.ts';
import { ModelError } from '../errors.ts';
import type { ModelRequest } from '../model/model.ts';
import type { ModelProfile } from '../profile/model-profile.ts';
import { isPromiseLike } from '../promise-like.ts';
import { Transcript } from '../turns/transcript.ts';
import { wasAborted } from './drain-inbox.ts';
import { awaitValue, type LoopGenerator } from './loop-generator.ts';
import { readResultName } from './read-result-tool.ts';
import type { Run } from './run-setup.ts';
import { runTools } from './run-tools.ts';
import { summariseTurns } from './summarise-turns.ts';
import { toolSpecs } from './tool-specs.ts';

/** A request whose prompt fits, as far as can be known. */
export interface FittedRequest {
  readonly request: ModelRequest;
  readonly prompt: LedgerPrompt;
}

/**
 * Brings a request within the context window: what the model is shown of the transcript gets smaller, the transcript stays.
 * `refusedTokens` is what a prompt had at the least that the server refused as too long: then it is made smaller in any case.
 * Throws `context_overflow` where even the smallest view does not fit.
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
  // What was refused had at least as many tokens as would have fit, whatever the estimate says.
  const least = isRefused ? Math.max(refusedTokens, budget.limit) : estimate.tokens;
  const target = budget.target * Math.min(1, estimate.tokens / least);
  const compaction = shrink(run, request, target - overhead);
  state.view = compaction.view;
  if (run.setup.contextWindow.policy === 'summarise') {
    yield* summariseTurns(run, request, compaction.dropped, budget);
  }
  const offered = withReader(run, request);
  const after = toPrompt(run, offered);
  const { tokens } = ledger.estimate(after);
  yield {
    type: 'context-compacted',
    reason: isRefused ? 'overflow' : 'budget',
    before: { turns: before.turns.length, tokens: estimate.tokens },
    after: { turns: after.turns.length, tokens },
    window: budget.window,
  };
  if (!compaction.fits && tokens > budget.limit) throw tooLarge(run, tokens, budget);
  return fitted(offered, after, tokens);
}

/** What was cut in this very request must be readable in its reply. */
function withReader<Context>(run: Run<Context>, request: ModelRequest): ModelRequest {
  if (request.phase !== 'act') return request;
  const offered = request.tools.map(({ name }) => name);
  const reader = runTools(run).find(({ name }) => name === readResultName);
  if (reader === undefined || offered.includes(readResultName)) return request;
  run.state.activeTools = [...offered, readResultName];
  const [first, ...rest] = request.tools;
  return { ...request, tools: [first, ...rest, ...toolSpecs([reader])] };
}

function* learnBudget<Context>(run: Run<Context>): LoopGenerator<ContextBudget | undefined> {
  const { setup, state } = run;
  const { contextWindow, settings } = setup;
  if (contextWindow.policy === 'off') return undefined;
  state.contextWindow ??= contextWindow.tokens;
  state.contextWindow ??= yield* learnWindow(run);
  if (state.contextWindow === undefined) return undefined;
  return contextBudget(state.contextWindow, contextWindow, settings.maxOutputTokens);
}

/** The window of the model's profile; `undefined` where the run is aborted while a server is asked for it. */
function* learnWindow<Context>(run: Run<Context>): LoopGenerator<number | undefined> {
  const { model, signal, effects } = run.setup;
  const learn = model.learnProfile?.bind(model);
  if (learn === undefined) return undefined;
  const id = `${run.state.step}.profile`;
  try {
    return yield* awaitValue(
      effects.value({
        kind: 'model',
        id,
        input: () => model.id,
        execute: () => windowOf(learn(signal)),
      }),
    );
  } catch (thrown) {
    if (!(yield* wasAborted(run, id))) throw thrown;
    return undefined;
  }
}

function windowOf(profile: ModelProfile | Promise<ModelProfile>): number | Promise<number> {
  return isPromiseLike(profile)
    ? profile.then(({ contextWindow }) => contextWindow)
    : profile.contextWindow;
}

function toPrompt<Context>(
  { setup: { measurer }, state }: Run<Context>,
  request: ModelRequest,
): LedgerPrompt {
  const { tools, output } = request;
  return {
    turns: applyView(request.transcript.turns, state.view),
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
    view: state.view,
    policy: policy === 'off' ? 'drop' : policy,
    isPinned: pin ?? (() => false),
    target: Math.max(0, target),
    costOf: (turn) => ledger.costOf(turn),
  });
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
  // A view of turns that await the assistant awaits the assistant too; anything else is a fault of the view.
  if (transcript.awaits !== 'assistant')
    throw new Error('The view of the context lost the last turn.');
  return { request: { ...request, transcript, estimatedTokens }, prompt };
}

function tooLarge<Context>(
  { setup }: Run<Context>,
  tokens: number,
  budget: ContextBudget,
): ModelError {
  return new ModelError(
    'context_overflow',
    `The smallest prompt for "${setup.model.id}" has about ${tokens} tokens; the window of ${budget.window} leaves ${budget.limit} for it.`,
    {
      cure: 'Shorten the instructions, the tools or the last input, or lower maxOutputTokens.',
      contextWindow: budget.window,
      promptTokens: tokens,
    },
  );
}
