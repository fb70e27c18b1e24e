export { findTreeProblems } from './find-tree-problems.ts';
export { type TestSurroundings, testSurroundings } from './test-surroundings.ts';
