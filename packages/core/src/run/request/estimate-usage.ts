import type { RawReply, Usage } from '../../dialect/wire.ts';
import type { ModelReply, ModelRequest } from '../../model/model.ts';
import { limitsSlice } from '../limits/limits.ts';
import { addFix } from '../state/fixes.ts';
import type { RunEventBody } from '../state/run-event.ts';
import type { Run } from '../state/run-setup.ts';
import { countEstimate } from '../state/step.ts';

/**
 * Counts an estimate of the tokens that the server did not count, so that limits of tokens and cost work with every server.
 * `usage` of results stays what the server counted. If such a limit is set, the first estimate is reported as a fix.
 */
export function* estimateUsage<Context>(
  run: Run<Context>,
  request: ModelRequest,
  { usage, raw }: ModelReply,
): Generator<RunEventBody, void> {
  if (usage.inputTokens > 0 && usage.outputTokens > 0) return;
  const estimate: Usage = {
    // Every prompt has tokens, so 0 is not a count.
    inputTokens: usage.inputTokens > 0 ? 0 : estimateInput(run, request),
    outputTokens: usage.outputTokens > 0 ? 0 : estimateOutput(run, raw),
    cachedInputTokens: 0,
  };
  const { inputTokens, outputTokens } = estimate;
  if (inputTokens + outputTokens === 0) return;
  countEstimate(run, estimate);
  const limits = limitsSlice.of(run.state);
  if (limits.hasReportedEstimate || !hasTokenLimit(run)) return;
  limits.hasReportedEstimate = true;
  yield addFix(run, { kind: 'estimated-usage', inputTokens, outputTokens });
}

function hasTokenLimit<Context>({ setup: { limits } }: Run<Context>): boolean {
  const { maxInputTokens, maxOutputTokens, maxTotalTokens, maxCost } = limits;
  return [maxInputTokens, maxOutputTokens, maxTotalTokens, maxCost].some(
    (limit) => limit !== undefined,
  );
}

function estimateInput<Context>({ setup, ledger }: Run<Context>, request: ModelRequest): number {
  if (request.estimatedTokens !== undefined) return request.estimatedTokens;
  const turns = request.transcript.turns.reduce((sum, turn) => sum + ledger.costOf(turn), 0);
  return Math.ceil(setup.measurer.ofText(request.instructions) + turns);
}

function estimateOutput<Context>(
  { setup }: Run<Context>,
  { text, reasoning, calls }: RawReply,
): number {
  const texts = [text, reasoning, ...calls.flatMap((call) => [call.name, call.arguments])];
  return Math.ceil(texts.reduce((sum, each) => sum + setup.measurer.ofText(each), 0));
}
