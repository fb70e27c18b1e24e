export { findTreeProblems } from './find-tree-problems.ts';
export { type TestEnvironment, testEnvironment } from './test-environment.ts';
