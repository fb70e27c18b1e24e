import { messageOf } from './message-of.ts';

/** The command line asks for something that the program does not have. */
export class UsageError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
  }
}

/** What `parseArgs` of node:util threw, as a usage error: its first sentence, and what there is `instead`. */
export function toUsageError(thrown: unknown, instead: string): UsageError {
  const [problem = ''] = messageOf(thrown).split(/\.? (?=To specify)/);
  return new UsageError(`${problem}. ${instead}`, { cause: thrown });
}
