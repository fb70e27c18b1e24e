import { Agent } from '../agent/agent.ts';
import { TurnwiseError } from '../errors.ts';
import type { Model } from '../model/model.ts';
import { openaiCompatible } from '../model/openai-compatible.ts';
import { inDialect } from '../profile/detect-profile.ts';
import type { DialectName, ModelProfile } from '../profile/model-profile.ts';
import type { OpenAITransportOptions } from '../transport/transport-options.ts';
import { type CinemaTask, cinemaInstructions, cinemaTasks, createCinema } from './cinema-tasks.ts';
import { fullReplyTokens } from './exchange.ts';

/** One small task in one dialect. */
export interface DialectTrial {
  readonly dialect: DialectName;
  readonly task: string;
  readonly isSolved: boolean;
  /** Tokens of its prompts; 0 if the run failed. */
  readonly inputTokens: number;
}

interface TrialConditions {
  readonly options: OpenAITransportOptions;
  /** Aborts when no further task should be run. */
  readonly signal: AbortSignal;
  readonly onTask: ((trial: DialectTrial) => void) | undefined;
}

/**
 * Runs each small task in every dialect that the server of the profile allows, task by task, until the signal aborts.
 * A task that was not finished by then is left out.
 */
export async function measureDialects(
  profile: ModelProfile,
  { options, signal, onTask }: TrialConditions,
): Promise<DialectTrial[]> {
  const models = allowedDialects(profile).map((dialect) => ({
    dialect,
    model: openaiCompatible({ ...options, profile: inDialect(profile, dialect) }),
  }));
  const trials: DialectTrial[] = [];
  for (const task of cinemaTasks) {
    for (const { dialect, model } of models) {
      const result = await runTask(task, model, signal);
      if (signal.aborted) return trials;
      const trial = { dialect, task: task.id, ...result };
      trials.push(trial);
      onTask?.(trial);
    }
  }
  return trials;
}

/** The dialect of the profile is first. Every server allows prompted, and guided if it enforces schemas. */
function allowedDialects({ dialect, structuredOutput }: ModelProfile): DialectName[] {
  const guided: DialectName[] = structuredOutput === 'json_schema' ? ['guided'] : [];
  return [...new Set<DialectName>([dialect, ...guided, 'prompted'])];
}

async function runTask(
  { input, isRight }: CinemaTask,
  model: Model,
  signal: AbortSignal,
): Promise<Pick<DialectTrial, 'isSolved' | 'inputTokens'>> {
  const { state, tools } = createCinema();
  const agent = new Agent({
    name: 'probe',
    instructions: cinemaInstructions,
    model,
    tools,
    settings: { temperature: 0, maxOutputTokens: fullReplyTokens },
    limits: { maxSteps: 5 },
  });
  try {
    const result = await agent.run(input, { signal });
    const isSolved = result.status === 'completed' && isRight(result.text, state);
    return { isSolved, inputTokens: result.usage.inputTokens };
  } catch (thrown) {
    if (!(thrown instanceof TurnwiseError)) throw thrown;
    return { isSolved: false, inputTokens: 0 };
  }
}
