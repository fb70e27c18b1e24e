import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

/** Imports and requires every entry point of every installed package. */
const require = createRequire(import.meta.url);
const folder = new URL('node_modules/@turnwise/', import.meta.url);

for (const name of readdirSync(folder)) {
  const manifest = JSON.parse(readFileSync(new URL(`${name}/package.json`, folder), 'utf8'));
  for (const [path, target] of Object.entries(manifest.exports)) {
    if (typeof target === 'string') continue;
    const specifier = manifest.name + path.slice(1);
    const imported = Object.keys(await import(specifier)).filter(isName);
    const required = Object.keys(require(specifier)).filter(isName);
    if (imported.length === 0 || imported.sort().join() !== required.sort().join()) {
      throw new Error(`${specifier} exports ${imported}, but as CommonJS ${required}.`);
    }
  }
}

/** Not what Node adds to an imported CommonJS file. */
function isName(name) {
  return name !== 'default' && name !== 'module.exports' && name !== '__esModule';
}
