import { realpathSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { messageOf } from './message-of.ts';
import { showLine } from './show-text.ts';
import type { Main, Surroundings } from './surroundings.ts';
import { UsageError } from './usage-error.ts';

/**
 * Runs a program and gives its exit code. What it throws is written to `errors` as one line, without a stack trace.
 * Never rejects.
 */
export async function runMain(main: Main, surroundings: Surroundings): Promise<number> {
  try {
    return await main(surroundings);
  } catch (thrown) {
    surroundings.errors.write(`${showLine(messageOf(thrown))}\n`);
    return thrown instanceof UsageError ? 2 : 1;
  }
}

/** Runs a program in this process if its module is the one that was started; `module` is its `import.meta.url`. */
export async function runIfStarted(main: Main, module: string): Promise<void> {
  const [, started] = process.argv;
  if (started === undefined || realpathSync(started) !== fileURLToPath(module)) return;
  process.exitCode = await runMain(main, processSurroundings(process.argv.slice(2)));
}

/** The surroundings of this process. */
function processSurroundings(given: readonly string[]): Surroundings {
  const listeners = new Set<() => void>();
  for (const stream of [process.stdout, process.stderr]) {
    // Whoever read the output, such as `head`, has seen enough.
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
    // Some versions of pnpm hand on the `--` of `pnpm start -- --json`.
    arguments: given[0] === '--' ? given.slice(1) : given,
    environment: process.env,
    // pnpm starts programs in the folder of their package, and says here where it was started itself.
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
