import { readFile, rm } from 'node:fs/promises';
import { build } from 'esbuild';

/**
 * Bundles the JavaScript of each entry in `exports` and `bin` into one file, and what they share into chunks: a program that loads two
 * hundred small files spends more time on finding them than on running them. Does not minify or include dependencies.
 */
const root = import.meta.dirname;
const { bin, exports } = JSON.parse(await readFile(`${root}/package.json`, 'utf8'));
const programs = Object.values(bin).map((file) =>
  file.replace('./dist/', 'src/').replace(/js$/, 'ts'),
);
const sources = [
  ...Object.values(exports).flatMap((entry) => entry['@turnwise/source'] ?? []),
  ...programs,
];

// The names contain a hash, so the files of an earlier build would not be overwritten.
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
