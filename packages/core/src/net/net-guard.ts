import { lookup } from 'node:dns/promises';
import { TurnwiseError, toError } from '../errors.ts';
import { isAddress, isPublicAddress } from './public-address.ts';
import type { PinnedResponse, ResolvedAddress } from './undici-pinned.ts';

/** How a guard decides. */
export interface NetGuardOptions {
  /** Every address of a name. @default the system's own resolver */
  readonly resolve?: (hostname: string) => Promise<readonly ResolvedAddress[]>;
  /** Hosts that are allowed wherever they lead, as `host` or `host:port`, such as `files.internal:8443`. */
  readonly allow?: readonly string[];
}

/** A URL that passed, and the addresses that its connection may go to. */
export interface CheckedUrl {
  readonly url: URL;
  readonly addresses: readonly ResolvedAddress[];
}

/** Limits of one fetch. */
export interface GuardedFetchOptions {
  /** Bytes of the body at most. @default 20971520 */
  readonly maxBytes?: number;
  readonly signal?: AbortSignal;
  /** Redirects that are followed at most, each one checked. @default 3 */
  readonly maxRedirects?: number;
}

/** What a guarded fetch brought. */
export interface GuardedResponse {
  readonly status: number;
  /** Where the answer came from, after redirects. */
  readonly url: string;
  /** Without parameters, in lower case; empty when the server named none. */
  readonly mediaType: string;
  readonly bytes: Uint8Array;
}

/** Keeps requests to addresses that someone else chose away from the machine's own network. */
export interface NetGuard {
  /**
   * Resolves when a URL leads to the public internet only; its name is looked up for that.
   * Throws `network_refused`, naming the reason. A name can lead elsewhere later: only `fetch` holds on to the answer.
   */
  check(url: string): Promise<CheckedUrl>;
  /**
   * Gets a URL over connections to checked addresses only, redirects included, without cookies or keys.
   * Throws `network_refused` for what is not allowed, too large, redirected too often or not to be reached, and the
   * signal's reason when it aborts. A status that is no success is no error.
   */
  fetch(url: string, options?: GuardedFetchOptions): Promise<GuardedResponse>;
}

/** The guard before every request to an address that a model, a document or a user gave. */
export function createNetGuard(options: NetGuardOptions = {}): NetGuard {
  const { resolve = resolveName } = options;
  const allowed = new Set(options.allow ?? []);

  const check = async (address: string): Promise<CheckedUrl> => {
    const url = parseUrl(address);
    const host = url.hostname.replace(/^\[|\]$/g, '').replace(/\.+$/, '');
    const isTrusted = allowed.has(url.host) || allowed.has(url.hostname);
    if (!isTrusted && isLocalName(host)) throw refuse(url, 'names the machine itself');
    const addresses = isAddress(host)
      ? [{ address: host, family: host.includes(':') ? 6 : 4 }]
      : await lookUp(url, () => resolve(host));
    const inward = addresses.find(({ address: one }) => !isPublicAddress(one));
    if (inward !== undefined && !isTrusted) {
      throw refuse(url, `leads to ${inward.address}, which is not on the public internet`);
    }
    return { url, addresses };
  };

  return {
    check,
    async fetch(address, { maxBytes = 20 * 1024 * 1024, signal, maxRedirects = 3 } = {}) {
      const { fetchPinned } = await import('./undici-pinned.ts');
      const limits = { maxBytes, signal: signal ?? new AbortController().signal };
      let next = address;
      for (let redirects = 0; redirects <= maxRedirects; redirects += 1) {
        limits.signal.throwIfAborted();
        const checked = await check(next);
        const response = await send(checked.url, limits.signal, () =>
          fetchPinned({ ...checked, ...limits }),
        );
        const target = redirectTarget(response, checked.url);
        if (target === undefined) return toGuardedResponse(response, checked.url, maxBytes);
        next = target;
      }
      throw refuse(new URL(next), `comes after ${maxRedirects} redirects, which is the limit`);
    },
  };
}

async function resolveName(hostname: string): Promise<readonly ResolvedAddress[]> {
  return lookup(hostname, { all: true });
}

function parseUrl(address: string): URL {
  if (!URL.canParse(address)) throw new TurnwiseError('network_refused', 'That is no URL.');
  const url = new URL(address);
  if (url.protocol !== 'https:' && url.protocol !== 'http:') {
    throw refuse(url, 'is neither http nor https');
  }
  // A name before an @ makes a host look like another one.
  if (url.username !== '' || url.password !== '') throw refuse(url, 'holds a user or a password');
  return url;
}

function isLocalName(host: string): boolean {
  return /(^|\.)(localhost|localdomain|ip6-localhost|ip6-loopback)$/.test(host);
}

async function lookUp(
  url: URL,
  resolve: () => Promise<readonly ResolvedAddress[]>,
): Promise<readonly ResolvedAddress[]> {
  let addresses: readonly ResolvedAddress[];
  try {
    addresses = await resolve();
  } catch (error) {
    throw refuse(url, 'has a name that could not be resolved', { cause: error });
  }
  if (addresses.length === 0) throw refuse(url, 'has a name that leads nowhere');
  return addresses;
}

async function send(
  url: URL,
  signal: AbortSignal,
  fetch: () => Promise<PinnedResponse>,
): Promise<PinnedResponse> {
  try {
    return await fetch();
  } catch (error) {
    signal.throwIfAborted();
    throw refuse(url, `could not be reached: ${toError(error).message}`, { cause: error });
  }
}

function redirectTarget({ status, headers }: PinnedResponse, url: URL): string | undefined {
  const { location } = headers;
  if (![301, 302, 303, 307, 308].includes(status) || typeof location !== 'string') return undefined;
  if (!URL.canParse(location, url.href)) throw refuse(url, 'redirects to what is no URL');
  return new URL(location, url).href;
}

function toGuardedResponse(
  { status, headers, bytes }: PinnedResponse,
  url: URL,
  maxBytes: number,
): GuardedResponse {
  if (bytes === undefined) throw refuse(url, `is larger than ${maxBytes} bytes`);
  const type = headers['content-type'];
  const mediaType = (typeof type === 'string' ? type : '').split(';')[0]?.trim().toLowerCase();
  return { status, url: url.href, mediaType: mediaType ?? '', bytes };
}

/** The message names the host alone: a path or a query may hold secrets. */
function refuse(url: URL, reason: string, options?: ErrorOptions): TurnwiseError {
  const place = url.host === '' ? url.protocol : url.host;
  return new TurnwiseError('network_refused', `"${place}" ${reason}.`, options);
}
