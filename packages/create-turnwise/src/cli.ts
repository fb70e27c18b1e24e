#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createProject, templates, UsageError } from './create-project.ts';

const help = `Usage: npm create turnwise FOLDER -- [--template NAME] [--from FOLDER]

Writes a project with a Turnwise agent into a new or empty folder.

  --template NAME   ${templates.join(', ')} (default: ${templates[0]})
  --from FOLDER     use the packed packages in this folder, not the registry
  --help            print this text
`;

try {
  process.stdout.write(run(process.argv.slice(2)));
} catch (thrown) {
  if (!(thrown instanceof UsageError) && !isParseError(thrown)) throw thrown;
  process.stderr.write(`${thrown.message}\n`);
  process.exitCode = 2;
}

function run(given: string[]): string {
  const { values, positionals } = parseArgs({
    args: given,
    allowPositionals: true,
    options: {
      template: { type: 'string', default: templates[0] },
      from: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return help;
  const [folder, ...more] = positionals;
  if (folder === undefined || more.length > 0) throw new UsageError(`Name one folder.\n\n${help}`);
  const manifest = readFileSync(join(import.meta.dirname, '../package.json'), 'utf8');
  const { version } = JSON.parse(manifest) as { version: string };
  const { template, from } = values;
  const files = createProject({ folder, template, version, from });
  const next = [`cd ${folder}`, 'npm install', template === 'tests' ? 'npm test' : 'npm start'];
  return `Wrote ${files.length} files to ${folder}. Next:\n\n  ${next.join('\n  ')}\n`;
}

/** An option that does not exist, or a missing value. */
function isParseError(thrown: unknown): thrown is Error {
  return (
    thrown instanceof Error && String(Reflect.get(thrown, 'code')).startsWith('ERR_PARSE_ARGS')
  );
}
