import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './pack-packages.ts';

/**
 * Copies the guide into the folder `docs` of a package, so that it is in the tarball. Links to files that are not in the tarball
 * become their text.
 */
export function copyDocs(packageFolder: string): void {
  const source = join(root, 'docs/guide');
  const target = join(packageFolder, 'docs');
  rmSync(target, { recursive: true, force: true });
  mkdirSync(target);
  for (const page of readdirSync(source)) {
    const text = readFileSync(join(source, page), 'utf8');
    writeFileSync(join(target, page), text.replace(/\[([^\]]+)\]\(\.\.\/[^)\s]*\)/g, '$1'));
  }
}
