import type { JsonValue } from '@turnwise/core';
import { storeFailed } from '../store/store-errors.ts';

/** An invocation that failed and waits for its next attempt, or is paused. */
export interface StuckInvocation {
  readonly id: string;
  readonly last_failure: string;
  readonly last_failure_error_code: string | null;
}

/** Uses the admin API of Restate. All functions throw `store_failed` if it cannot be reached or refuses. */
export interface RestateAdmin {
  /** Makes the services at an address known; they replace earlier ones at the same address. */
  register(url: string): Promise<void>;
  /** Executes a query in SQL on the tables that Restate has about itself. */
  query<Row>(sql: string): Promise<readonly Row[]>;
  /** Starts the next attempt of an invocation now. */
  resume(invocation: string): Promise<void>;
  /** Ends an invocation without executing its handler further. */
  kill(invocation: string): Promise<void>;
}

/** Connects to an admin API. */
export function restateAdmin(url: string, headers: Readonly<Record<string, string>>): RestateAdmin {
  async function send(method: string, path: string, body?: JsonValue): Promise<Response> {
    try {
      const response = await fetch(new URL(path, url), {
        method,
        headers: { ...headers, accept: 'application/json', 'content-type': 'application/json' },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
      if (response.ok) return response;
      throw new Error(`HTTP status ${response.status}: ${await response.text()}`);
    } catch (thrown) {
      throw storeFailed(`The admin API of Restate at ${url} failed`, thrown);
    }
  }
  return {
    register: async (uri) => void (await send('POST', '/deployments', { uri, force: true })),
    query: async <Row>(sql: string) => {
      const response = await send('POST', '/query', { query: sql });
      return ((await response.json()) as { readonly rows: readonly Row[] }).rows;
    },
    resume: async (invocation) => {
      await send('PATCH', `/invocations/${invocation}/resume`);
    },
    kill: async (invocation) => {
      await send('PATCH', `/invocations/${invocation}/kill`);
    },
  };
}
