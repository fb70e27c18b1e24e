import type { Fix } from '../dialect/fix.ts';
import { ModelError } from '../errors.ts';
import type { ModelReply, ModelRequest } from '../model/model.ts';
import { addFix } from './add-fix.ts';
import { type FittedRequest, fitRequest } from './fit-request.ts';
import type { LoopGenerator } from './loop-generator.ts';
import { performRequest } from './perform-request.ts';
import type { Run } from './run-setup.ts';

/**
 * Sends a request that was brought within the context window. Where the server says that it does not fit all the same, the
 * window is corrected and the request is made smaller and sent once more.
 */
export function* sendFitted<Context>(
  run: Run<Context>,
  request: ModelRequest,
): LoopGenerator<ModelReply | undefined> {
  let refusedTokens: number | undefined;
  while (true) {
    const fitted = yield* fitRequest(run, request, refusedTokens);
    try {
      const reply = yield* performRequest(run, fitted.request);
      const fix = learnFromCount(run, fitted, reply?.usage.inputTokens ?? 0);
      if (fix !== undefined) yield addFix(run, fix);
      return reply;
    } catch (thrown) {
      if (refusedTokens !== undefined) throw thrown;
      refusedTokens = learnFromOverflow(run, thrown, fitted.request);
      if (refusedTokens === undefined) throw thrown;
    }
  }
}

/** Learns from the tokens that the server has counted in a prompt; a fix where it has cut that. */
function learnFromCount<Context>(
  { state, ledger }: Run<Context>,
  { request: { estimatedTokens = 0 }, prompt }: FittedRequest,
  countedTokens: number,
): Fix | undefined {
  if (countedTokens === 0) return undefined;
  if (!ledger.isCut(prompt, countedTokens, estimatedTokens)) {
    ledger.observe(prompt, countedTokens);
    state.correction = ledger.correction;
    return undefined;
  }
  if (countedTokens < leastWindow) return undefined;
  // What the server let in is its window; what does not fit into that would be lost again.
  state.contextWindow = Math.max(countedTokens, ledger.mostCounted);
  return { kind: 'truncated-prompt', estimatedTokens, countedTokens };
}

/** No server has a window this small, in tokens: one that counts less than this of a long prompt does not count. */
const leastWindow = 1_000;

/** The tokens that the refused prompt had, as far as is known; `undefined` where it was refused for something else. */
function learnFromOverflow<Context>(
  { setup, state }: Run<Context>,
  thrown: unknown,
  request: ModelRequest,
): number | undefined {
  if (!(thrown instanceof ModelError) || thrown.code !== 'context_overflow') return undefined;
  if (setup.contextWindow.policy === 'off') return undefined;
  const { contextWindow, promptTokens = 0 } = thrown.details;
  const estimated = request.estimatedTokens ?? 0;
  // Where the server names no window, it is smaller than the prompt.
  const known = state.contextWindow ?? estimated;
  state.contextWindow = contextWindow ?? Math.floor(Math.min(known, estimated) * 0.8);
  return state.contextWindow > 0 ? promptTokens : undefined;
}
