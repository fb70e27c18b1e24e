import type { Fix } from '../../dialect/fix.ts';
import { ModelError } from '../../errors.ts';
import type { ModelReply, ModelRequest } from '../../model/model.ts';
import { contextSlice } from '../state/context-slice.ts';
import { addFix } from '../state/fixes.ts';
import type { LoopGenerator } from '../state/loop-generator.ts';
import type { Run } from '../state/run-setup.ts';
import { type FittedRequest, fitRequest } from './fit-request.ts';
import { performRequest } from './perform-request.ts';

/**
 * Fits a request into the context window and sends it. If the server refuses it as too long, the run corrects the window
 * and sends a smaller request once.
 */
export function* sendFitted<Context>(
  run: Run<Context>,
  request: ModelRequest,
): LoopGenerator<ModelReply> {
  let refusedTokens: number | undefined;
  while (true) {
    const fitted = yield* fitRequest(run, request, refusedTokens);
    try {
      const reply = yield* performRequest(run, fitted.request);
      const fix = learnFromCount(run, fitted, reply.usage.inputTokens);
      if (fix !== undefined) yield addFix(run, fix);
      return reply;
    } catch (thrown) {
      if (refusedTokens !== undefined) throw thrown;
      refusedTokens = learnFromOverflow(run, thrown, fitted.request);
      if (refusedTokens === undefined) throw thrown;
    }
  }
}

/** Learns from the server's token count of a prompt. Returns a fix if the server cut the prompt. */
function learnFromCount<Context>(
  { state, ledger }: Run<Context>,
  { request: { estimatedTokens = 0 }, prompt }: FittedRequest,
  countedTokens: number,
): Fix | undefined {
  if (countedTokens === 0) return undefined;
  const memory = contextSlice.of(state);
  if (!ledger.isCut(prompt, countedTokens, estimatedTokens)) {
    ledger.observe(prompt, countedTokens);
    memory.correction = ledger.correction;
    return undefined;
  }
  if (countedTokens < minWindow) return undefined;
  // The counted tokens are the window: a longer prompt would be cut again.
  memory.contextWindow = Math.max(countedTokens, ledger.mostCounted);
  return { kind: 'truncated-prompt', estimatedTokens, countedTokens };
}

/** No server has a smaller window, in tokens: a lower count of a long prompt is not a real count. */
const minWindow = 1_000;

/** The known number of tokens of the refused prompt; `undefined` if it was not refused for its length. */
function learnFromOverflow<Context>(
  { setup, state }: Run<Context>,
  thrown: unknown,
  request: ModelRequest,
): number | undefined {
  if (!(thrown instanceof ModelError) || thrown.code !== 'context_overflow') return undefined;
  if (setup.contextWindow.policy === 'off') return undefined;
  const { contextWindow, promptTokens = 0 } = thrown.details;
  const estimated = request.estimatedTokens ?? 0;
  const memory = contextSlice.of(state);
  // If the server names no window, it is smaller than the prompt.
  const known = memory.contextWindow ?? estimated;
  memory.contextWindow = contextWindow ?? Math.floor(Math.min(known, estimated) * 0.8);
  return memory.contextWindow > 0 ? promptTokens : undefined;
}
