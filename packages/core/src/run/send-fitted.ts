import type { LedgerPrompt } from '../context/token-ledger.ts';
import { ModelError } from '../errors.ts';
import type { ModelReply, ModelRequest } from '../model/model.ts';
import { addFix } from './add-fix.ts';
import { fitRequest } from './fit-request.ts';
import type { Run } from './run-setup.ts';
import { sendRequest } from './send-request.ts';
import type { Telling } from './telling.ts';

/**
 * Sends a request that was brought within the context window. Where the server says that it does not fit all the same, the
 * window is corrected and the request is made smaller and sent once more.
 */
export function* sendFitted<Context>(
  run: Run<Context>,
  request: ModelRequest,
): Telling<ModelReply | undefined> {
  const first = yield* fitRequest(run, request);
  let refusedTokens: number | undefined;
  try {
    return yield* sendAndLearn(run, first.request, first.prompt);
  } catch (thrown) {
    refusedTokens = learnFromOverflow(run, thrown, first.request);
    if (refusedTokens === undefined) throw thrown;
  }
  const second = yield* fitRequest(run, request, { refusedTokens });
  return yield* sendAndLearn(run, second.request, second.prompt);
}

function* sendAndLearn<Context>(
  run: Run<Context>,
  request: ModelRequest,
  prompt: LedgerPrompt,
): Telling<ModelReply | undefined> {
  const reply = yield* sendRequest(run, request, run.state.stepRequests + 1);
  const counted = reply?.usage.inputTokens ?? 0;
  if (counted === 0) return reply;
  if (!run.ledger.isCut(prompt, counted)) {
    run.ledger.observe(prompt, counted);
    run.state.correction = run.ledger.correction;
  } else if (counted >= leastWindow) {
    // What the server let in is its window; what does not fit into that would be lost again.
    run.state.contextWindow = Math.max(counted, run.ledger.mostCounted);
    yield addFix(run, {
      kind: 'truncated-prompt',
      estimatedTokens: request.estimatedTokens ?? 0,
      countedTokens: counted,
    });
  }
  return reply;
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
  if (setup.contextOptions.policy === 'off') return undefined;
  const { contextWindow, promptTokens = 0 } = thrown.details;
  const estimated = request.estimatedTokens ?? 0;
  // Where the server names no window, it is smaller than the prompt.
  const known = state.contextWindow ?? estimated;
  state.contextWindow = contextWindow ?? Math.floor(Math.min(known, estimated) * 0.8);
  return state.contextWindow > 0 ? promptTokens : undefined;
}
