import { storeFailed } from '../store/store-errors.ts';
import type { DriveReply } from './messages.ts';
import { type RestateRequest, sendRequest } from './send-request.ts';

/** Calls the virtual objects through the ingress of Restate. */
export interface RestateClient {
  /** Calls a handler and waits for its reply, which needs a worker. Throws the reason of the signal, and `store_failed` if Restate cannot be reached, or if the handler is missing. */
  call<Reply>(target: CallTarget, parameter?: unknown, signal?: AbortSignal): Promise<Reply>;
  /**
   * Sends a handler its parameter, and resolves when Restate has stored that: it executes the handler once for each key. It does not
   * need a worker. Throws as `call` does.
   */
  sendOnce(target: CallTarget, parameter: unknown, options: SendOptions): Promise<Sent>;
  /** Whether a handler got its parameter with `sendOnce` and has not ended. Throws as `call` does. */
  isOpen(target: CallTarget, options: SendOptions): Promise<boolean>;
  /** Waits until an invocation that continues a run has ended. `undefined` if its reply is not kept, or if it has none. */
  attach(invocation: string, signal: AbortSignal): Promise<DriveReply | undefined>;
}

/** A handler of one virtual object. */
export interface CallTarget {
  readonly service: string;
  readonly key: string;
  readonly handler: string;
}

/** The options of `sendOnce`. */
interface SendOptions {
  readonly key: string;
  readonly signal: AbortSignal;
}

/** A handler that Restate executes. */
interface Sent {
  /** The id of its invocation. */
  readonly invocation: string;
  /** Whether nothing was sent with this key before. */
  readonly isNew: boolean;
}

/** The status of Restate for an invocation that has not ended. */
const notReady = 470;

/** The client of an ingress. */
export function restateClient(
  ingress: string,
  headers: Readonly<Record<string, string>>,
): RestateClient {
  async function send(path: readonly string[], request: RestateRequest) {
    const url = new URL(`${ingress.replace(/\/$/, '')}/${path.map(encodeURIComponent).join('/')}`);
    return await sendRequest(url, { ...request, headers: { ...headers, ...request.headers } });
  }

  async function invoke<Reply>(
    { service, key, handler }: CallTarget,
    mode: readonly string[],
    request: Omit<RestateRequest, 'method'>,
  ): Promise<Reply> {
    try {
      const path = [service, key, handler, ...mode];
      const { status, text } = await send(path, { ...request, method: 'POST' });
      if (status >= 300) throw new Error(`HTTP status ${status}: ${text}`);
      return (text === '' ? undefined : JSON.parse(text)) as Reply;
    } catch (thrown) {
      request.signal?.throwIfAborted();
      throw storeFailed(`Restate at ${ingress} did not execute "${service}/${handler}"`, thrown);
    }
  }

  return {
    call: async (target, body, signal) => await invoke(target, [], { body, signal }),
    sendOnce: async (target, body, { key, signal }) => {
      const sent = await invoke<{ readonly invocationId: string; readonly status: string }>(
        target,
        ['send'],
        { body, signal, headers: { 'idempotency-key': key } },
      );
      return { invocation: sent.invocationId, isNew: sent.status === 'Accepted' };
    },
    isOpen: async ({ service, key: object, handler }, { key, signal }) => {
      const path = ['restate', 'invocation', service, object, handler, key, 'output'];
      const { status } = await send(path, { method: 'GET', signal });
      return status === notReady;
    },
    attach: async (invocation, signal) => {
      const path = ['restate', 'invocation', invocation, 'attach'];
      const { status, text } = await send(path, { method: 'GET', signal });
      return status < 300 && text !== '' ? (JSON.parse(text) ?? undefined) : undefined;
    },
  };
}
