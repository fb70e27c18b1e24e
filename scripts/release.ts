import { spawnSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { parseArgs } from 'node:util';
import { templates } from '../packages/create-turnwise/src/create-project.ts';
import { checkPacked } from './packed/check-packed.ts';
import { installNodes } from './packed/install-nodes.ts';
import { packPackages, root } from './packed/pack-packages.ts';
import { tryTemplate } from './packed/try-template.ts';

/** The longest time from `npm create turnwise` to the first answer. */
const maxSeconds = 60;

/**
 * Publishes the packages. With `--dry-run`, publishes nothing: it packs them into `packed/`, checks what the tarballs contain, and
 * tries each template of `npm create turnwise` with them.
 */
const { values } = parseArgs({
  options: {
    'dry-run': { type: 'boolean', default: false },
    // A version, or `this` for the Node that runs this program.
    node: { type: 'string', multiple: true, default: ['20', '24'] },
  },
});

if (values['dry-run']) {
  const tarballs = await packPackages(join(root, 'packed'));
  for (const tarball of tarballs) {
    console.log(`packed/${basename(tarball)}  ${Math.round(statSync(tarball).size / 1000)} kB`);
  }
  tarballs.flatMap(checkPacked).forEach(reportProblem);
  await tryTemplates(tarballs);
} else {
  for (const script of ['check', 'package:check']) pnpm(script);
  pnpm('exec', 'changeset', 'publish');
}

function reportProblem(problem: string): void {
  console.error(problem);
  process.exitCode = 1;
}

/** Tries each template on each Node. */
async function tryTemplates(tarballs: readonly string[]): Promise<void> {
  const creator = tarballs.find((path) => basename(path).startsWith('create-turnwise-'));
  if (creator === undefined) return reportProblem('create-turnwise was not packed.');
  for (const node of await installNodes(values.node)) {
    for (const template of templates) {
      const name = `npm create turnwise, ${template}, Node ${node.version}`;
      try {
        const trial = { template, node, packed: join(root, 'packed'), creator };
        const seconds = await tryTemplate(trial);
        console.log(`${name}: first answer after ${seconds} s`);
        if (seconds > maxSeconds) reportProblem(`${name}: more than ${maxSeconds} s.`);
      } catch (error) {
        reportProblem(`${name}: ${error instanceof Error ? error.message : error}`);
      }
    }
  }
}

function pnpm(...given: string[]): void {
  const { status } = spawnSync('npx', ['-y', 'pnpm@12', ...given], { cwd: root, stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}
