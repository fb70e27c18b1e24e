import { existsSync, readdirSync } from 'node:fs';

// Native ESM: p-retry and is-network-error ship no CommonJS, so `test` starts Node with --experimental-vm-modules.

/** @param {string} directory @returns {import('jest').Config} */
const project = (directory) => ({
  displayName: directory,
  rootDir: directory,
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  testEnvironment: 'node',
  // Workspace imports resolve to src/*.ts, so tests need no build.
  testEnvironmentOptions: { customExportConditions: ['@turnwise/source', 'node', 'node-addons'] },
  extensionsToTreatAsEsm: ['.ts'],
  transform: {
    '\\.ts$': ['ts-jest', { useESM: true, tsconfig: `${import.meta.dirname}/tsconfig.json` }],
  },
  restoreMocks: true,
});

const projects = [
  'scripts',
  'real',
  ...['packages', 'examples'].flatMap((folder) =>
    readdirSync(folder)
      .map((name) => `${folder}/${name}`)
      .filter((directory) => existsSync(`${directory}/test`)),
  ),
];

/** @type {import('jest').Config} */
export default {
  projects: projects.map(project),
  // Every core: nothing else runs while the tests do.
  maxWorkers: '100%',
  // No test waits for a clock; this is for a machine that is busy with other things.
  testTimeout: 120_000,
  coverageProvider: 'v8',
  collectCoverageFrom: ['packages/*/src/**/*.ts'],
};
