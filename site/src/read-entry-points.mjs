import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What programs can import from the packages: the specifier and the source of each. */
export function readEntryPoints() {
  const packages = join(import.meta.dirname, '../../packages');
  return readdirSync(packages).flatMap((folder) => {
    const manifest = JSON.parse(readFileSync(join(packages, folder, 'package.json'), 'utf8'));
    return Object.entries(manifest.exports).flatMap(([path, { '@turnwise/source': source }]) =>
      source === undefined
        ? []
        : { specifier: manifest.name + path.slice(1), source: join(packages, folder, source) },
    );
  });
}
