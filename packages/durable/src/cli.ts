#!/usr/bin/env node
import { TurnwiseError } from '@turnwise/core';
import { executeRunsCommand } from './cli/execute-runs-command.ts';
import { parseRunsCommand } from './cli/runs-command.ts';

const usage = `Usage: turnwise runs list FILE [--status STATUS] [--agent NAME] [--json]
       turnwise runs show FILE RUN [--json]
       turnwise runs watch FILE RUN [--json]
       turnwise runs decide FILE RUN CALL DECISION [options]
       turnwise runs abort FILE RUN

Reads a store of durable runs, and gives decisions to it. It never continues a run: the process that has the agents does that, also
runs.resume() for a run that is blocked.

  list      the runs, the oldest first
  show      one run: what it waits for, and the effects of its present segment
  watch     the effects as they are recorded, until the run ends or waits
  decide    approve, deny, edit, answer, happened, run-again or give-up
  abort     ends a run

  --reason TEXT       for deny and give-up
  --arguments JSON    for edit: all arguments of the call
  --value JSON        for answer
  --result JSON       for happened: the result of the call
  --fingerprint TEXT  refuses the decision if the call is another one than the one that was shown
  --json              prints JSON, one value for each line
  --help              prints this
`;

try {
  const command = parseRunsCommand(process.argv.slice(2));
  if (command.kind === 'help') process.stdout.write(usage);
  else await executeRunsCommand(command, (line) => process.stdout.write(`${line}\n`));
} catch (error) {
  const message = error instanceof Error ? error.message : String(error);
  process.stderr.write(`${message}\n`);
  process.exitCode = error instanceof TurnwiseError && error.code === 'invalid_options' ? 2 : 1;
}
