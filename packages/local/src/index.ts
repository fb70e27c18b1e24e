// The endpoint

// What tests control and inspect
export { type Fault, type FaultKind, FaultQueue } from './faults.ts';
export type { LoggedRequest } from './http/request-log.ts';
export type { Json, JsonObject } from './json.ts';
export { LocalEndpointError } from './local-endpoint-error.ts';
export type { QuirksName } from './quirks/server-quirks.ts';
export { Script, type ScriptedReply } from './script.ts';
export {
  type LocalEndpoint,
  type LocalEndpointOptions,
  quirksNames,
  startLocalEndpoint,
} from './start-local-endpoint.ts';
