import { contextBudget } from '../context/context-budget.ts';
import type { ContextWindowOptions } from '../context/context-window-options.ts';
import { TurnwiseError } from '../errors.ts';
import { checkImageOptions } from '../images/image-options.ts';
import type { ModelSettings } from '../model/model.ts';
import type { ApprovalDecision } from '../run/run-event.ts';
import type { RunLimits } from '../run/run-limits.ts';
import type { Tool } from '../tool/tool.ts';
import { checkExtraBody } from '../transport/transport-options.ts';
import type { Transcript } from '../turns/transcript.ts';
import type { AgentOptions, RunTuning } from './agent-options.ts';

/** Throws `invalid_options` for an agent that could never run. */
export function checkAgentOptions<Context, Output>(options: AgentOptions<Context, Output>): void {
  if (typeof options !== 'object' || options === null) {
    throw invalid('An agent needs options: new Agent({ name, model, … }).');
  }
  if (typeof options.name !== 'string' || options.name === '') {
    throw invalid('An agent needs a name: new Agent({ name: "guide", … }).');
  }
  if (typeof options.model?.request !== 'function') {
    throw invalid(
      `Agent "${options.name}" needs a model, such as privatemode('gemma-3-27b') or openaiCompatible({ … }).`,
    );
  }
  const stray = (options.tools ?? []).find((each) => each?.schema === undefined);
  if (stray !== undefined) {
    throw invalid(`A tool of agent "${options.name}" was not made with tool({ … }).`);
  }
  const { output, outputRetries, validateOutput } = options;
  for (const [name, value] of Object.entries({ outputRetries, validateOutput })) {
    if (output === undefined && value !== undefined) {
      throw invalid(`${name} needs an output schema: pass \`output\` too.`);
    }
  }
  checkWhole('outputRetries', outputRetries, 0);
  checkImageOptions(options.images ?? {});
  checkContextOptions(options.contextWindow ?? {}, options.settings?.maxOutputTokens);
  checkRunOptions(options, options.tools ?? [], options.model.id);
}

/** Throws `invalid_options` for settings, limits or a tool choice that cannot work. */
export function checkRunOptions<Context>(
  { settings = {}, toolChoice, limits = {}, finalAnswer }: RunTuning,
  tools: readonly Tool<Context>[],
  model: string,
): void {
  checkSettings(settings);
  checkWord('finalAnswer', finalAnswer, ['inline', 'separate']);
  checkLimits(limits, model);
  checkToolChoice(toolChoice, tools);
}

/** Throws `invalid_options` where a conversation to go on with is none, such as one that was read from JSON. */
export function checkTranscript(transcript: Transcript): void {
  if (typeof transcript?.awaits === 'string' && Array.isArray(transcript.turns)) return;
  throw invalid('`transcript` is none; read what was saved with Transcript.fromJSON(json).');
}

/**
 * Throws `invalid_options` for a decision that is none, or on a call that was not made: it would hold for whatever call had
 * that id later.
 */
export function checkDecisions(
  decisions: Readonly<Record<string, ApprovalDecision>>,
  { turns }: Transcript,
): void {
  const calls = turns.flatMap((turn) =>
    turn.role === 'assistant' && turn.kind === 'calls' ? turn.calls : [],
  );
  for (const [id, decision] of Object.entries(decisions)) {
    if (!calls.some((call) => call.id === id)) {
      throw invalid(`decisions["${id}"] is of no call of this run; take the ids of \`waiting\`.`);
    }
    if (typeof decision?.approved !== 'boolean') {
      throw invalid(
        `decisions["${id}"] is no decision: pass { approved: true } or { approved: false, reason }.`,
      );
    }
  }
}

function checkToolChoice<Context>(
  toolChoice: RunTuning['toolChoice'],
  tools: readonly Tool<Context>[],
): void {
  if (toolChoice === undefined || toolChoice === 'auto' || toolChoice === 'none') return;
  if (toolChoice === 'required') {
    if (tools.length === 0) throw invalid('toolChoice is "required", but the agent has no tools.');
    return;
  }
  if (!tools.some(({ name }) => name === toolChoice.tool)) {
    throw invalid(`toolChoice names "${toolChoice.tool}", which is no tool of the agent.`);
  }
}

const wholeLimits = [
  'maxSteps',
  'maxRequests',
  'maxToolCalls',
  'maxInputTokens',
  'maxOutputTokens',
  'maxTotalTokens',
] as const;

function checkLimits(limits: Partial<RunLimits>, model: string): void {
  for (const name of wholeLimits) checkWhole(`limits.${name}`, limits[name], 1);
  checkWhole('limits.maxRepeats', limits.maxRepeats, 0);
  const { maxCost, maxWallTimeMs, prices, onLimit } = limits;
  checkWord('limits.onLimit', onLimit, ['stop', 'answer']);
  if (maxWallTimeMs !== undefined && !(maxWallTimeMs > 0)) {
    throw invalid(`limits.maxWallTimeMs is ${maxWallTimeMs}; it must be above 0 (milliseconds).`);
  }
  if (maxCost === undefined) return;
  if (!(maxCost > 0)) throw invalid(`limits.maxCost is ${maxCost}; it must be above 0.`);
  const price = prices?.[model];
  if (price === undefined) {
    throw invalid(
      `limits.maxCost needs the price of "${model}": limits.prices["${model}"] = { input, output } for a million tokens.`,
    );
  }
  const { input, output, cachedInput = 0 } = price;
  for (const [name, amount] of Object.entries({ input, output, cachedInput })) {
    if (!(amount >= 0)) {
      throw invalid(`limits.prices["${model}"].${name} is ${amount}; it must be 0 or more.`);
    }
  }
}

/** A window that is known already can be held against what is kept of it. */
function checkContextOptions(
  context: ContextWindowOptions,
  maxOutputTokens: number | undefined,
): void {
  const { policy, tokens, reserveTokens } = context;
  checkWord('contextWindow.policy', policy, ['cap-and-drop', 'drop', 'summarise', 'off']);
  checkWhole('contextWindow.tokens', tokens, 1);
  checkWhole('contextWindow.reserveTokens', reserveTokens, 0);
  if (tokens !== undefined) contextBudget(tokens, context, maxOutputTokens);
}

function checkWord(option: string, value: string | undefined, words: readonly string[]): void {
  if (value !== undefined && !words.includes(value)) {
    throw invalid(`${option} is "${value}"; it must be one of: ${words.join(', ')}.`);
  }
}

function checkWhole(option: string, value: number | undefined, least: number): void {
  if (value !== undefined && !(Number.isInteger(value) && value >= least)) {
    throw invalid(`${option} is ${value}; it must be a whole number of at least ${least}.`);
  }
}

function checkSettings(settings: ModelSettings): void {
  const { temperature, topP, maxOutputTokens, extraBody } = settings;
  if (temperature !== undefined && !(temperature >= 0)) {
    throw invalid(`settings.temperature is ${temperature}; it must be 0 or more.`);
  }
  if (topP !== undefined && !(topP > 0 && topP <= 1)) {
    throw invalid(`settings.topP is ${topP}; it must be above 0 and at most 1.`);
  }
  checkWhole('settings.maxOutputTokens', maxOutputTokens, 1);
  checkExtraBody('settings.extraBody', extraBody);
}

function invalid(message: string): TurnwiseError {
  return new TurnwiseError('invalid_options', message);
}
