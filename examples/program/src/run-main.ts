import { realpathSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Environment, Main } from './environment.ts';
import { escapeLine } from './escape-text.ts';
import { messageOf } from './message-of.ts';
import { UsageError } from './usage-error.ts';

/**
 * Runs a program and returns its exit code. An error is written to `errors` in one line, without a stack trace.
 * Never rejects.
 */
export async function runMain(main: Main, environment: Environment): Promise<number> {
  try {
    return await main(environment);
  } catch (thrown) {
    environment.errors.write(`${escapeLine(messageOf(thrown))}\n`);
    return thrown instanceof UsageError ? 2 : 1;
  }
}

/** Runs a program if Node was started with its module; `module` is its `import.meta.url`. */
export async function runIfStarted(main: Main, module: string): Promise<void> {
  const [, started] = process.argv;
  if (started === undefined || realpathSync(started) !== fileURLToPath(module)) return;
  process.exitCode = await runMain(main, processEnvironment(process.argv.slice(2)));
}

/** The environment of this process. */
function processEnvironment(given: readonly string[]): Environment {
  const listeners = new Set<() => void>();
  for (const stream of [process.stdout, process.stderr]) {
    // The reader of the output, such as `head`, has closed it.
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EPIPE') process.exit(0);
      throw error;
    });
  }
  process.on('SIGINT', () => {
    if (listeners.size === 0) process.exit(130);
    for (const listener of listeners) listener();
  });
  return {
    // Some versions of pnpm pass the `--` of `pnpm start -- --json` to the program.
    arguments: given[0] === '--' ? given.slice(1) : given,
    variables: process.env,
    // pnpm starts programs in the folder of their package; INIT_CWD is the folder in which pnpm was started.
    folder: process.env.INIT_CWD ?? process.cwd(),
    input: process.stdin,
    output: process.stdout,
    errors: process.stderr,
    onInterrupt(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
