import type { FaultKind } from '../faults.ts';
import type { JsonObject } from '../json.ts';

/** One request that reached the endpoint, for assertions on the wire. */
export interface LoggedRequest {
  method: string;
  path: string;
  /** The headers a client of chat completions decides on; the key itself is left out. */
  headers: Record<string, string>;
  /** The parsed body; an empty object where there was none or it was no JSON object. */
  body: JsonObject;
  /** What the model saw, turn tokens included; `undefined` until it was rendered, or never. */
  prompt: string | undefined;
  /** The kinds of the faults that struck. */
  faults: FaultKind[];
  /** The HTTP status, once it was sent. */
  status: number | undefined;
  /** Whether the client left before the answer was complete. */
  isAborted: boolean;
}

const loggedHeaders = [
  'accept',
  'content-type',
  'user-agent',
  'x-stainless-retry-count',
  'x-turnwise-fault',
];

/** Starts the log entry of a request. */
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
