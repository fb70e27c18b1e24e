import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

/** Publishes the packages. With `--dry-run`, packs them into `packed/` and publishes nothing. */
const root = join(import.meta.dirname, '..');
const { values } = parseArgs({ options: { 'dry-run': { type: 'boolean', default: false } } });

if (values['dry-run']) {
  pnpm('build');
  const folder = join(root, 'packed');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder);
  pnpm('-r', '--filter', './packages/*', 'exec', 'pnpm', 'pack', '--pack-destination', folder);
  for (const file of readdirSync(folder).sort()) {
    const kilobytes = Math.round(statSync(join(folder, file)).size / 1000);
    console.log(`packed/${file}  ${kilobytes} kB`);
  }
} else {
  for (const script of ['check', 'package:check']) pnpm(script);
  pnpm('exec', 'changeset', 'publish');
}

function pnpm(...values: string[]): void {
  const { status } = spawnSync('npx', ['-y', 'pnpm@12', ...values], {
    cwd: root,
    stdio: 'inherit',
  });
  if (status !== 0) process.exit(status ?? 1);
}
