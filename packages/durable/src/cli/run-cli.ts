import { TurnwiseError } from '@turnwise/core';
import { executeRunsCommand } from './execute-runs-command.ts';
import { parseRunsCommand } from './runs-command.ts';

const usage = `Usage: turnwise runs list FILE [--status STATUS] [--agent NAME] [--json]
       turnwise runs show FILE RUN [--json]
       turnwise runs watch FILE RUN [--json]
       turnwise runs decide FILE RUN CALL DECISION [options]
       turnwise runs resume FILE RUN --agents MODULE [--accept changed-agent] [--json]
       turnwise runs abort FILE RUN

Reads a store of durable runs, and gives decisions to it. The process that owns the store continues its runs; if there is none,
"resume" continues one run until it ends or waits.

  list      the runs, the oldest first
  show      one run: what it waits for, and the effects of its present segment
  watch     the effects as they are recorded, until the run ends or waits
  decide    approve, deny, edit, answer, happened, run-again or give-up
  resume    continues a run that was interrupted, is blocked or failed
  abort     ends a run

  --reason TEXT       for deny and give-up
  --arguments JSON    for edit: all arguments of the call
  --value JSON        for answer
  --result JSON       for happened: the result of the call
  --fingerprint TEXT  refuses the decision if the call is another one than the one that was shown
  --agents MODULE     a file in JavaScript that exports the agents as for durable(): export const agents = { … };
                      needed by resume; decide checks edited arguments with it
  --accept changed-agent  continues a run although its agent is another one than before
  --json              prints JSON, one value for each line
  --help              prints this
`;

/** Where the command prints its lines. */
export interface CliOutput {
  readonly print: (text: string) => void;
  readonly printError: (text: string) => void;
}

/** Executes `turnwise` with these arguments, and returns its exit code: 0, 1 for an error, 2 for wrong arguments. */
export async function runCli(
  given: readonly string[],
  { print, printError }: CliOutput,
): Promise<number> {
  try {
    const command = parseRunsCommand(given);
    if (command.kind === 'help') print(usage);
    else await executeRunsCommand(command, (line) => print(`${line}\n`));
    return 0;
  } catch (error) {
    printError(`${error instanceof Error ? error.message : String(error)}\n`);
    return error instanceof TurnwiseError && error.code === 'invalid_options' ? 2 : 1;
  }
}
