import { parseArgs } from 'node:util';
import { checkRepository } from './word-check/check-repository.ts';

const help = `Finds words that are not plain English in comments, messages, names and documentation.

  pnpm words                          the whole repository
  pnpm words packages/core/src/run    a folder or a file
  pnpm words --summary                how many findings each word and each folder has

The list of words is scripts/plain-words.ts. Exits with 1 if anything was found.`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { summary: { type: 'boolean' }, help: { type: 'boolean' } },
});
if (values.help) {
  console.log(help);
} else {
  const { count, report } = checkRepository(process.cwd(), positionals, values);
  console.log(report);
  if (count > 0) process.exitCode = 1;
}
