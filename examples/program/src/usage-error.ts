import { messageOf } from './message-of.ts';

/** The command line is invalid. */
export class UsageError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
  }
}

/** Converts an error of `parseArgs` to a usage error: its first sentence, followed by the sentence `instead`. */
export function toUsageError(thrown: unknown, instead: string): UsageError {
  const [problem = ''] = messageOf(thrown).split(/\.? (?=To specify)/);
  return new UsageError(`${problem}. ${instead}`, { cause: thrown });
}
