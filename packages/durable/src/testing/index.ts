export { type CrashTestOptions, type CrashTestReport, crashTest } from './crash-test.ts';
export { memoryStore } from './memory-store.ts';
