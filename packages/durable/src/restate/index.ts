export { type RestateOptions, restate } from './restate.ts';
export type { RestateWorker } from './worker-server.ts';
