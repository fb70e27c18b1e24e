import { inDialect } from '../profile/detect-profile.ts';
import type { DialectName, ModelProfile } from '../profile/model-profile.ts';
import type { DialectTrial } from './measure-dialects.ts';

/** How many of the small tasks a dialect solved. */
export interface DialectScore {
  readonly dialect: DialectName;
  readonly solved: number;
  /** The tasks that were run in every dialect. */
  readonly tasks: number;
  /** Tokens of the prompts of these tasks. */
  readonly inputTokens: number;
}

/** Adds up the tasks that were run in every dialect, so that a lack of time does not favour one. Best first. */
export function compareDialects(trials: readonly DialectTrial[]): DialectScore[] {
  const dialects = [...new Set(trials.map(({ dialect }) => dialect))];
  const ranOf = (task: string): number => trials.filter((trial) => trial.task === task).length;
  const complete = trials.filter(({ task }) => ranOf(task) === dialects.length);
  const scores = dialects.map((dialect): DialectScore => {
    const own = complete.filter((trial) => trial.dialect === dialect);
    return {
      dialect,
      solved: own.filter(({ isSolved }) => isSolved).length,
      tasks: own.length,
      inputTokens: own.reduce((sum, { inputTokens }) => sum + inputTokens, 0),
    };
  });
  return scores.sort(
    (one, other) => other.solved - one.solved || one.inputTokens - other.inputTokens,
  );
}

interface FoundProfile {
  readonly profile: ModelProfile;
  readonly why: string;
}

/** Fewer tasks prove nothing. */
const fewestTasks = 4;

/** The same profile in the dialect that solved most tasks. In a tie, the profile keeps its dialect. */
export function withBestDialect(
  found: FoundProfile,
  scores: readonly DialectScore[] | undefined,
): FoundProfile {
  const [best] = scores ?? [];
  if (scores === undefined || best === undefined || best.tasks < fewestTasks) return found;
  const own = scores.find(({ dialect }) => dialect === found.profile.dialect);
  const winner = own !== undefined && own.solved === best.solved ? own : best;
  const results = scores.map(({ dialect, solved, tasks }) => `${dialect} ${solved} of ${tasks}`);
  return {
    profile: inDialect(found.profile, winner.dialect),
    why: `Small tasks solved: ${results.join(', ')}.`,
  };
}
