import { TurnwiseError } from '../errors.ts';
import type { ModelSettings } from '../model/model.ts';
import type { Tool } from '../tool/tool.ts';
import type { AgentOptions, RunTuning } from './agent-options.ts';

/** Throws `invalid_options` for an agent that could never run. */
export function checkAgentOptions<Context>(options: AgentOptions<Context>): void {
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
  checkRunOptions(options, options.tools ?? []);
}

/** Throws `invalid_options` for settings, limits or a tool choice that cannot work. */
export function checkRunOptions<Context>(
  { settings = {}, toolChoice, limits }: RunTuning,
  tools: readonly Tool<Context>[],
): void {
  checkSettings(settings);
  const { maxSteps } = limits ?? {};
  if (maxSteps !== undefined && !(Number.isInteger(maxSteps) && maxSteps > 0)) {
    throw invalid(`limits.maxSteps is ${maxSteps}; it must be a whole number of at least 1.`);
  }
  if (toolChoice === undefined || toolChoice === 'auto' || toolChoice === 'none') return;
  if (toolChoice === 'required') {
    if (tools.length === 0) throw invalid('toolChoice is "required", but the agent has no tools.');
    return;
  }
  if (!tools.some(({ name }) => name === toolChoice.tool)) {
    throw invalid(`toolChoice names "${toolChoice.tool}", which is no tool of the agent.`);
  }
}

function checkSettings({ temperature, topP, maxOutputTokens }: ModelSettings): void {
  if (temperature !== undefined && !(temperature >= 0)) {
    throw invalid(`settings.temperature is ${temperature}; it must be 0 or more.`);
  }
  if (topP !== undefined && !(topP > 0 && topP <= 1)) {
    throw invalid(`settings.topP is ${topP}; it must be above 0 and at most 1.`);
  }
  if (
    maxOutputTokens !== undefined &&
    !(Number.isInteger(maxOutputTokens) && maxOutputTokens > 0)
  ) {
    throw invalid(
      `settings.maxOutputTokens is ${maxOutputTokens}; it must be a whole number of at least 1 (tokens).`,
    );
  }
}

function invalid(message: string): TurnwiseError {
  return new TurnwiseError('invalid_options', message);
}
