import { bundleCells } from './bundle-cells.ts';
import { typeCells } from './type-cells.ts';

/** One combination of a tool and a kind of module. */
export interface Cell {
  readonly name: string;
  /** Whether `--quick` tries it, too: its tools are in the workspace, and it takes a few seconds. */
  readonly isQuick?: boolean;
  /** The files of the cell, in a folder of its own. `check.mjs` of the project is copied there, too. */
  readonly files: Readonly<Record<string, string>>;
  /** What runs once, on the Node of this process: arguments of Node, or of a program in `node_modules/.bin`. */
  readonly prepare?: readonly (readonly string[])[];
  /** What runs on every Node: arguments of Node. Without it, only `prepare` counts. */
  readonly run?: readonly string[];
  /** A file that is moved to an empty folder before it is run there. */
  readonly moved?: string;
}

const modules = '{ "type": "module" }';
const commonjs = '{ "type": "commonjs" }';
const printCheck = `check().then((line) => {
  if (line === expected) return;
  console.error(line);
  process.exit(1);
});`;
const test = (imports: string) => `${imports}
test('the packages work', async () => {
  expect(await check()).toBe(expected);
});`;
const jest = [
  '../node_modules/jest/bin/jest.js',
  '--runInBand',
  '--no-cache',
  '--testTimeout=120000',
];
const jestTest = test(`import { expect, test } from '@jest/globals';
import { check, expected } from './program';`);
const jestOf = (transform: string) =>
  `module.exports = { testMatch: ['**/*.test.ts'], transform: { '\\\\.ts$': ${transform} } };`;

/** The program that bundles and Node start. */
const programs = {
  'main.mjs': `import { check, expected } from './check.mjs';\n${printCheck}`,
};

const nodeCells: readonly Cell[] = [
  { name: 'import', isQuick: true, files: programs, run: ['main.mjs'] },
  {
    name: 'require',
    isQuick: true,
    files: { 'package.json': commonjs },
    prepare: [['esbuild', 'check.mjs', '--format=cjs', '--outfile=check.cjs']],
    run: ['-e', `const { check, expected } = require('./check.cjs'); ${printCheck}`],
  },
  {
    name: 'every entry point, import and require',
    isQuick: true,
    files: {},
    run: ['../entry-points.mjs'],
  },
  {
    name: 'import and require in one process',
    isQuick: true,
    files: {},
    run: ['../two-copies.mjs'],
  },
  {
    name: 'node:test',
    isQuick: true,
    files: {
      'check.test.mjs': `import { strictEqual } from 'node:assert';
import { test } from 'node:test';
import { check, expected } from './check.mjs';
test('the packages work', async () => strictEqual(await check(), expected));`,
    },
    run: ['--test', 'check.test.mjs'],
  },
];

const runnerCells: readonly Cell[] = [
  {
    name: 'jest, CommonJS, ts-jest',
    isQuick: true,
    files: {
      'package.json': commonjs,
      'jest.config.cjs': jestOf("'ts-jest'"),
      'tsconfig.json': `{ "compilerOptions": { "module": "node16", "target": "es2022", "strict": false,
        "isolatedModules": true, "types": ["node"] } }`,
      'check.test.ts': jestTest,
    },
    run: jest,
  },
  {
    name: 'jest, CommonJS, babel-jest',
    files: {
      'package.json': commonjs,
      'jest.config.cjs': jestOf("'babel-jest'"),
      'babel.config.cjs': `module.exports = { presets: [['@babel/preset-env', { targets: { node: 'current' } }], '@babel/preset-typescript'] };`,
      'check.test.ts': jestTest,
    },
    run: jest,
  },
  {
    name: 'jest, ES modules',
    isQuick: true,
    files: {
      'package.json': modules,
      'jest.config.mjs': `export default { testMatch: ['**/*.test.mjs'], transform: {} };`,
      'check.test.mjs': jestTest.replace('./program', './check.mjs'),
    },
    run: ['--experimental-vm-modules', ...jest],
  },
  {
    name: 'vitest',
    files: {
      'package.json': modules,
      'check.test.mjs': test(`import { expect, test } from 'vitest';
import { check, expected } from './check.mjs';`),
    },
    run: ['../node_modules/vitest/vitest.mjs', 'run', '--testTimeout=120000'],
  },
];

/** All cells of the matrix. */
export const cells: readonly Cell[] = [
  ...nodeCells,
  ...runnerCells,
  ...bundleCells(programs),
  ...typeCells,
];
