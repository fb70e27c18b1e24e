export { type CrashTestOptions, type CrashTestReport, crashTest } from './crash-test.ts';
export { memoryStore } from './memory-store.ts';
export { type RestateServer, startRestateServer } from './start-restate-server.ts';
