import { readFile, rm } from 'node:fs/promises';
import { build } from 'esbuild';

/**
 * Writes the JavaScript of every entry in `exports` as one file and what they share: a program that loads some two hundred
 * small files spends more time on finding them than on running them. Nothing is minified, and no dependency is taken in.
 */
const root = import.meta.dirname;
const { exports } = JSON.parse(await readFile(`${root}/package.json`, 'utf8'));
const sources = Object.values(exports).flatMap((entry) => entry['@turnwise/source'] ?? []);

// Their names hold a hash, so that those of the last time would stay beside the new ones.
await rm(`${root}/dist/chunks`, { recursive: true, force: true });
await build({
  absWorkingDir: root,
  entryPoints: sources,
  outbase: 'src',
  outdir: 'dist',
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20.19',
  packages: 'external',
  sourcemap: true,
  sourcesContent: false,
  chunkNames: 'chunks/[name]-[hash]',
  conditions: ['@turnwise/source'],
});
