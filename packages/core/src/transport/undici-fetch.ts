/// <reference path="./undici-files.d.ts" />
import type { Dispatcher } from 'undici';
import { ByteQueue } from './byte-stream.ts';
import type { Cancellation } from './cancellation.ts';
import { type BodyDecoder, createBodyDecoder } from './decoded-body.ts';
import {
  HttpResponse,
  NetworkError,
  type ResponseHeaders,
  type SendHttp,
} from './http-exchange.ts';

export type { Dispatcher } from 'undici';

/** Options of the connection pool of one endpoint. */
export interface PoolOptions {
  /** The most connections. @default unlimited */
  readonly connections?: number;
  /** The user's own dispatcher, used in place of a new pool. */
  readonly dispatcher?: Dispatcher;
}

/**
 * Creates a small `fetch` on one keep-alive pool, without web streams or timeouts.
 * It uses the proxy of `HTTP_PROXY`, `HTTPS_PROXY` and `NO_PROXY`, and does not follow redirects.
 */
export async function createUndiciFetch(options: PoolOptions): Promise<SendHttp> {
  const dispatcher = options.dispatcher ?? (await createPool(options));
  // Almost all requests of a pool have the same address.
  let last = { address: '', origin: '', path: '' };
  return (address, { method, headers, body, cancellation }) =>
    new Promise((resolve, reject) => {
      const fail = (cause: unknown) => reject(new NetworkError(cause));
      try {
        if (address !== last.address) last = { address, ...splitAddress(address) };
        const { origin, path } = last;
        const request = new DispatchedRequest({ cancellation, resolve, fail });
        dispatcher.dispatch({ origin, path, method, headers, body }, request);
      } catch (thrown) {
        fail(thrown);
      }
    });
}

function splitAddress(address: string): { readonly origin: string; readonly path: string } {
  const { origin, pathname, search } = new URL(address);
  return { origin, path: pathname + search };
}

async function createPool({ connections }: PoolOptions): Promise<Dispatcher> {
  const settings = {
    connections: connections ?? null,
    // The transport has its own timeouts, and a server may need minutes for a long prompt.
    headersTimeout: 0,
    bodyTimeout: 0,
  };
  const throughProxy = ['HTTP_PROXY', 'http_proxy', 'HTTPS_PROXY', 'https_proxy'].some(
    (name) => (process.env[name] ?? '') !== '',
  );
  if (throughProxy) {
    const { EnvHttpProxyAgent } = await import('undici');
    return new EnvHttpProxyAgent(settings);
  }
  // Loading only this file takes a third of the CPU time of loading all of undici.
  const { default: Agent } = await import('undici/lib/dispatcher/agent.js');
  return new Agent(settings);
}

interface DispatchedOptions {
  readonly cancellation: Cancellation;
  resolve(response: HttpResponse): void;
  fail(cause: unknown): void;
}

/** Receives undici's callbacks for one request. */
class DispatchedRequest implements Dispatcher.DispatchHandler {
  readonly #options: DispatchedOptions;
  #body: ByteQueue | undefined;
  #decoder: BodyDecoder | undefined;
  #controller: Dispatcher.DispatchController | undefined;

  constructor(options: DispatchedOptions) {
    this.#options = options;
    options.cancellation.listen(this.#abort);
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (this.#options.cancellation.isCancelled) this.#abort();
  }

  onResponseStart(
    controller: Dispatcher.DispatchController,
    status: number,
    headers: HeaderRecord,
  ): void {
    if (status < 200) return;
    const view = new HeaderView(headers);
    const pause = () => controller.pause();
    const resume = () => controller.resume();
    const body = new ByteQueue({
      pause: () => (this.#decoder ?? controller).pause(),
      resume: () => (this.#decoder ?? controller).resume(),
      stop: () => {
        this.#decoder?.close();
        controller.abort(new Error('The rest of the body is not needed.'));
      },
    });
    this.#body = body;
    this.#decoder = createBodyDecoder(view.get('content-encoding'), {
      push: (bytes) => body.push(bytes),
      end: () => body.end(),
      fail: (error) => body.fail(error),
      pause,
      resume,
    });
    this.#options.resolve(new HttpResponse(status, view, body));
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.#decoder === undefined) this.#body?.push(chunk);
    else this.#decoder.write(chunk);
  }

  onResponseEnd(): void {
    this.#stopListening();
    if (this.#decoder === undefined) this.#body?.end();
    else this.#decoder.end();
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.#stopListening();
    this.#decoder?.close();
    this.#body?.fail(error);
    this.#options.fail(error);
  }

  readonly #abort = (): void => {
    const { reason: cause } = this.#options.cancellation;
    const reason = new Error('The request was aborted.', { cause });
    this.#controller?.abort(reason);
    // A request that still waits for a connection has no controller yet; onRequestStart aborts it then.
    this.#options.fail(reason);
  };

  #stopListening(): void {
    this.#options.cancellation.unlisten(this.#abort);
  }
}

type HeaderRecord = Readonly<Record<string, string | string[] | undefined>>;

class HeaderView implements ResponseHeaders {
  readonly #record: HeaderRecord;

  constructor(record: HeaderRecord) {
    this.#record = record;
  }

  get(name: string): string | null {
    const value = this.#record[name.toLowerCase()];
    if (value === undefined) return null;
    return typeof value === 'string' ? value : value.join(', ');
  }

  *entries(): Generator<[string, string]> {
    for (const name of Object.keys(this.#record)) yield [name, this.get(name) ?? ''];
  }
}
