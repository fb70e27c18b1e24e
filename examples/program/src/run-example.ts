import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Environment, Main } from './environment.ts';

/**
 * Runs the example that the first argument names, with the other arguments. Without arguments it lists the examples.
 * `examples` is their folder: each folder in it with a `src/main.ts` is an example. Throws if the name is unknown.
 */
export async function runExample(
  environment: Environment,
  { examples }: { readonly examples: string },
): Promise<number> {
  const [name, ...rest] = environment.arguments;
  const names = readdirSync(examples).filter((folder) => existsSync(mainOf(examples, folder)));
  if (name === undefined || name === '--help' || name === '-h') {
    environment.output.write(listExamples(examples, names));
    return 0;
  }
  if (!names.includes(name)) {
    throw new Error(`Unknown example "${name}". Available: ${names.join(', ')}.`);
  }
  const { main }: { main: Main } = await import(pathToFileURL(mainOf(examples, name)).href);
  return main({ ...environment, arguments: rest });
}

function mainOf(examples: string, name: string): string {
  return join(examples, name, 'src/main.ts');
}

function listExamples(examples: string, names: readonly string[]): string {
  const width = Math.max(...names.map((name) => name.length));
  const lines = names.map((name) => `  ${name.padEnd(width)}  ${describe(examples, name)}\n`);
  return `Usage: pnpm example NAME [arguments]\n\n${lines.join('')}`;
}

function describe(examples: string, name: string): string {
  const description: unknown = JSON.parse(
    readFileSync(join(examples, name, 'package.json'), 'utf8'),
  ).description;
  return String(description);
}
