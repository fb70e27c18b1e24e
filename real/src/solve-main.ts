import type { DialectName } from '@turnwise/core';
import { formatCaseScores, solveCases } from './bfcl/solve-cases.ts';
import { LaneError } from './setup/lane-error.ts';
import { formatScores } from './solve/format-scores.ts';
import { parseSolveCommand, type SolveCommand } from './solve/parse-solve-command.ts';
import { solve } from './solve/solve.ts';
import { solverNames } from './solve/solvers/solver-names.ts';

const help = `Usage: pnpm solve --base-url URL --model NAME [options]

Solves small tasks with this code and with other frameworks on the same server, and prints for each solver: tasks that
are solved, that are silently wrong (reported as done, but state or answer are wrong) and that ended with a named error,
calls with made-up values of grounded parameters, requests, refused requests, tokens and seconds.
Everyone solves with temperature 0 and at most 8 steps. Progress goes to stderr.

  --tasks FILE       the tasks; default: real/tasks/bicycle-workshop.ts. See real/README.md for the format
  --with NAMES       who solves, of ${solverNames.join(', ')}
                     (default: turnwise and the other frameworks, which are installed in the cache folder first)
  --only IDS         only these tasks, or of the drawn cases only these
  --bfcl FILE        in place of tasks, cases of the Berkeley Function Calling Leaderboard, one JSON object per line: Turnwise
                     makes the calls of one step, and they are compared with the expected ones
  --bfcl-answers DIR the answers that the leaderboard allows (bfcl_eval/data/possible_answer of its Python package bfcl-eval);
                     without them, each argument has one right value
  --cases N          how many of them, in equal parts simple, multiple, parallel and irrelevance (default 60)
  --seed N           which of them (default 1)
  --max-tokens N     tokens of one reply (default 512)
  --task-seconds N   seconds after which a task is given up as an error (default 900)
  --api-key KEY      the key, if the server needs one
  --json             print the scores of every task as JSON
  --help             print this
`;

try {
  const command = parseSolveCommand(process.argv.slice(2));
  if (command.kind === 'help') process.stdout.write(help);
  else if (command.cases !== undefined) {
    const scores = await solveCases({ ...command, ...command.cases, ...dialectOf(command) });
    process.stdout.write(
      `${command.asJson ? JSON.stringify(scores, null, 2) : formatCaseScores(scores)}\n`,
    );
  } else {
    const scores = await solve(command);
    process.stdout.write(
      `${command.asJson ? JSON.stringify(scores, null, 2) : formatScores(scores)}\n`,
    );
  }
} catch (error) {
  if (!(error instanceof LaneError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = error.code === 'invalid_arguments' ? 2 : 1;
}

/** Cases are solved by Turnwise alone: in the dialect that `--with` names, or as it comes. */
function dialectOf({ solvers }: SolveCommand): { readonly dialect?: DialectName } {
  const dialect = (['native', 'prompted', 'guided'] as const).find((name) =>
    solvers.includes(`turnwise:${name}`),
  );
  return dialect === undefined ? {} : { dialect };
}
