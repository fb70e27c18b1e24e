import type { FaultKind } from '../faults.ts';
import type { JsonObject } from '../json.ts';

/** One request that the endpoint received, for tests to inspect. */
export interface LoggedRequest {
  method: string;
  path: string;
  /** The headers that a client chooses, without the key. */
  headers: Record<string, string>;
  /** The parsed body; an empty object if the body was not a JSON object. */
  body: JsonObject;
  /** The rendered prompt, with turn tokens; `undefined` if no prompt was rendered. */
  prompt: string | undefined;
  /** The kinds of the faults that were applied. */
  faults: FaultKind[];
  /** The HTTP status; `undefined` until it was sent. */
  status: number | undefined;
  /** Whether the client disconnected before the response was complete. */
  isAborted: boolean;
}

const loggedHeaders = [
  'accept',
  'content-type',
  'user-agent',
  'x-stainless-retry-count',
  'x-turnwise-fault',
];

/** Creates the log entry of a new request. */
export function toLoggedRequest(
  method: string,
  path: string,
  headers: NodeJS.Dict<string | string[]>,
): LoggedRequest {
  const kept = loggedHeaders.flatMap((name) => {
    const value = headers[name];
    return value === undefined ? [] : [[name, String(value)] as const];
  });
  return {
    method,
    path,
    headers: Object.fromEntries(kept),
    body: {},
    prompt: undefined,
    faults: [],
    status: undefined,
    isAborted: false,
  };
}
