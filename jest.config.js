// Native ESM: p-retry and is-network-error have no CommonJS build, so `test` starts Node with --experimental-vm-modules.

import { compileSource } from './scripts/compiled-source.cjs';
import { isThorough, writeTestGroups } from './scripts/test-groups.cjs';

writeTestGroups();
await compileSource();

/** @type {import('jest').Config} */
export default {
  // One project: several projects would each compile every source file once more.
  testMatch: [
    '<rootDir>/{scripts,packages/*,examples/*,real}/test/**/*.test.ts',
    '<rootDir>/.test-groups/*.test.mjs',
  ],
  // The filter selects groups or single files. Other patterns in this file would make Jest compile everything once more.
  filter: '<rootDir>/scripts/test-groups.cjs',
  testEnvironment: 'node',
  // Workspace imports resolve to src/*.ts, so tests need no build.
  testEnvironmentOptions: { customExportConditions: ['@turnwise/source', 'node', 'node-addons'] },
  extensionsToTreatAsEsm: ['.ts'],
  transform: {
    // At a desk, all files were compiled at once above.
    '\\.ts$': isThorough
      ? ['ts-jest', { useESM: true, tsconfig: '<rootDir>/tsconfig.json' }]
      : '<rootDir>/scripts/compiled-source.cjs',
  },
  restoreMocks: true,
  // Use every core: no other program runs during the tests.
  maxWorkers: '100%',
  // Tests do not wait for a clock. The limit is for a busy machine.
  testTimeout: 120_000,
  coverageProvider: 'v8',
  collectCoverageFrom: ['packages/*/src/**/*.ts'],
};
