import type { Ingress } from '@restatedev/restate-sdk-clients';
import { storeFailed } from '../store/store-errors.ts';
import type { DriveReply } from './messages.ts';
import { notInstalled } from './restate-sdk.ts';

/** Calls the virtual objects through the ingress of Restate. */
export interface RestateClient {
  /** Calls a handler and waits for its reply, which needs a worker. Throws the reason of the signal, and `store_failed` if Restate cannot be reached, or if the handler is missing. */
  call<Reply>(target: CallTarget, parameter?: unknown, signal?: AbortSignal): Promise<Reply>;
  /** Waits until an invocation of `drive` has ended. `undefined` if its reply is not kept, or if it has none. */
  attach(invocation: string, signal: AbortSignal): Promise<DriveReply | undefined>;
}

/** A handler of one virtual object. */
export interface CallTarget {
  readonly service: string;
  readonly key: string;
  readonly handler: string;
}

/** Connects to an ingress. Throws `invalid_options` if the library is not installed. */
export async function connectRestate(
  url: string,
  headers: Readonly<Record<string, string>>,
): Promise<RestateClient> {
  const clients = await loadClients();
  const ingress: Ingress = clients.connect({ url, headers: { ...headers } });
  const json = {
    serialize: (value: unknown) =>
      value === undefined ? new Uint8Array() : new TextEncoder().encode(JSON.stringify(value)),
    deserialize: (bytes: Uint8Array): unknown =>
      bytes.length === 0 ? undefined : JSON.parse(new TextDecoder().decode(bytes)),
    contentType: 'application/json',
  };
  return {
    call: async <Reply>(
      { service, key, handler }: CallTarget,
      parameter?: unknown,
      signal?: AbortSignal,
    ) => {
      const opts = clients.Opts.from<unknown, unknown>({
        input: json,
        output: json,
        ...(signal !== undefined && { signal }),
      });
      try {
        return (await ingress.call({ service, key, handler, parameter, opts })) as Reply;
      } catch (thrown) {
        signal?.throwIfAborted();
        throw storeFailed(`Restate at ${url} did not execute "${service}/${handler}"`, thrown);
      }
    },
    attach: async (invocation, signal) => {
      const address = new URL(`/restate/invocation/${invocation}/attach`, url);
      const response = await fetch(address, { headers, signal });
      const reply = (await response.json().catch(() => undefined)) as DriveReply | undefined;
      return response.ok ? (reply ?? undefined) : undefined;
    },
  };
}

async function loadClients() {
  try {
    return await import('@restatedev/restate-sdk-clients');
  } catch (thrown) {
    throw notInstalled(thrown);
  }
}
