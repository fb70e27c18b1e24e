import type { Cell } from './cells.ts';

/** A bundler, and how it is started for a format. */
interface Bundler {
  readonly name: string;
  readonly files?: (format: Format) => Readonly<Record<string, string>>;
  readonly command: (format: Format) => readonly string[];
}

type Format = 'esm' | 'cjs';

const formats = { esm: 'ES modules', cjs: 'CommonJS' } as const;
const bundleOf = { esm: 'bundle.mjs', cjs: 'bundle.cjs' } as const;

const bundlers: readonly Bundler[] = [
  {
    name: 'esbuild',
    command: (format) => [
      'esbuild',
      'main.mjs',
      '--bundle',
      '--platform=node',
      `--format=${format}`,
      `--outfile=${bundleOf[format]}`,
      '--external:sharp',
    ],
  },
  {
    name: 'rollup',
    files: (format) => ({
      'rollup.config.mjs': `
import commonjs from '@rollup/plugin-commonjs';
import json from '@rollup/plugin-json';
import { nodeResolve } from '@rollup/plugin-node-resolve';
export default {
  input: 'main.mjs',
  external: ['sharp'],
  plugins: [nodeResolve({ preferBuiltins: true }), commonjs(), json()],
  output: { file: '${bundleOf[format]}', format: '${format}', inlineDynamicImports: true },
};`,
    }),
    command: () => ['rollup', '--config', '--silent'],
  },
  {
    name: 'webpack',
    files: (format) => ({
      'webpack.config.mjs': `
import webpack from 'webpack';
export default {
  mode: 'production',
  target: 'node20',
  entry: './main.mjs',
  externals: { sharp: '${format === 'esm' ? 'import' : 'commonjs'} sharp' },
  experiments: { outputModule: ${format === 'esm'} },
  output: {
    path: import.meta.dirname,
    filename: '${bundleOf[format]}',
    library: { type: '${format === 'esm' ? 'module' : 'commonjs2'}' },
    chunkFormat: '${format === 'esm' ? 'module' : 'commonjs'}',
  },
  plugins: [new webpack.optimize.LimitChunkCountPlugin({ maxChunks: 1 })],
};`,
    }),
    command: () => ['webpack', '--config', 'webpack.config.mjs'],
  },
];

/** Each bundler and format: one file, which runs in an empty folder. */
export function bundleCells(programs: Readonly<Record<string, string>>): readonly Cell[] {
  return bundlers.flatMap(({ name, files, command }) =>
    (['esm', 'cjs'] as const).map((format) => ({
      name: `${name}, ${formats[format]}`,
      isQuick: name === 'esbuild',
      files: { ...programs, ...files?.(format) },
      prepare: [command(format)],
      moved: bundleOf[format],
      run: [bundleOf[format]],
    })),
  );
}
