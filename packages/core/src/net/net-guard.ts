import { TurnwiseError, toError } from '../errors.ts';
import { checkOptions, type OptionChecks, option } from '../options.ts';
import type { PinnedResponse, ResolvedAddress } from './undici-pinned.ts';

/** Options of a network guard. */
export interface NetGuardOptions {
  /** Returns all addresses of a host name. @default the system's resolver */
  readonly resolve?: ((hostname: string) => Promise<readonly ResolvedAddress[]>) | undefined;
  /** Hosts that are allowed even if they are not public, as `host` or `host:port`, such as `files.internal:8443`. */
  readonly allow?: readonly string[] | undefined;
}

const guardChecks: OptionChecks<NetGuardOptions> = {
  resolve: option.func,
  allow: option.strings,
};

/** An allowed URL, and the addresses that its connection may use. */
export interface CheckedUrl {
  readonly url: URL;
  readonly addresses: readonly ResolvedAddress[];
}

/** Limits of one fetch. */
export interface GuardedFetchOptions {
  /** The most bytes of the body. @default 20971520 */
  readonly maxBytes?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  /** The most redirects to follow. Each one is checked. @default 3 */
  readonly maxRedirects?: number | undefined;
}

const fetchChecks: OptionChecks<GuardedFetchOptions> = {
  maxBytes: option.whole(1),
  signal: option.signal,
  maxRedirects: option.whole(0),
};

/** The response of a guarded fetch. */
export interface GuardedResponse {
  readonly status: number;
  /** The URL of the response, after redirects. */
  readonly url: string;
  /** In lower case and without parameters. Empty if the server did not send one. */
  readonly mediaType: string;
  readonly bytes: Uint8Array;
}

/** Blocks requests to the local network if the address was chosen by someone else. */
export interface NetGuard {
  /**
   * Resolves if all addresses of the URL are on the public internet. Resolves the host name to check this.
   * Throws `network_refused` with the reason. A name may resolve to another address later; only `fetch` uses the checked one.
   */
  check(url: string): Promise<CheckedUrl>;
  /**
   * Fetches a URL over connections to checked addresses only, also after redirects, without cookies or keys.
   * Throws `network_refused` if the URL is not allowed, too large, redirected too often or unreachable, and the
   * signal's reason if the signal aborts. An error status is returned, not thrown.
   */
  fetch(url: string, options?: GuardedFetchOptions): Promise<GuardedResponse>;
}

/** Creates the guard for requests to addresses that come from a model, a document or a user. */
export function createNetGuard(options: NetGuardOptions = {}): NetGuard {
  checkOptions(options, { name: 'createNetGuard()', known: guardChecks });
  const { resolve = resolveName } = options;
  const allowed = new Set(options.allow ?? []);

  const check = async (address: string): Promise<CheckedUrl> => {
    const url = parseUrl(address);
    const { isAddress, isPublicAddress } = await import('./public-address.ts');
    const host = url.hostname.replace(/^\[|\]$/g, '').replace(/\.+$/, '');
    const isTrusted = allowed.has(url.host) || allowed.has(url.hostname);
    if (!isTrusted && isLocalName(host)) throw refuse(url, 'is a name of this machine');
    const addresses = isAddress(host)
      ? [{ address: host, family: host.includes(':') ? 6 : 4 }]
      : await lookUp(url, () => resolve(host));
    const local = addresses.find(({ address: one }) => !isPublicAddress(one));
    if (local !== undefined && !isTrusted) {
      throw refuse(url, `resolves to ${local.address}, which is not on the public internet`);
    }
    return { url, addresses };
  };

  return {
    check,
    async fetch(address, options = {}) {
      checkOptions(options, { name: 'fetch() of a network guard', known: fetchChecks });
      const { maxBytes = 20 * 1024 * 1024, signal, maxRedirects = 3 } = options;
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
      throw refuse(
        new URL(next),
        `was reached after more than ${maxRedirects} redirects, which is the limit`,
      );
    },
  };
}

async function resolveName(hostname: string): Promise<readonly ResolvedAddress[]> {
  const { lookup } = await import('node:dns/promises');
  return await lookup(hostname, { all: true });
}

function parseUrl(address: string): URL {
  if (!URL.canParse(address))
    throw new TurnwiseError(
      'network_refused',
      'The address is not a valid URL. Use one such as https://example.org/image.png.',
    );
  const url = new URL(address);
  if (url.protocol !== 'https:' && url.protocol !== 'http:') {
    throw refuse(url, 'is not an http or https address');
  }
  // A name before an @ makes the host look like a different one.
  if (url.username !== '' || url.password !== '')
    throw refuse(url, 'contains a user name or a password');
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
    throw refuse(url, 'is a name that could not be resolved', { cause: error });
  }
  if (addresses.length === 0) throw refuse(url, 'is a name without an address');
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
  if (!URL.canParse(location, url.href)) throw refuse(url, 'redirects to an invalid URL');
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

/** The message contains only the host, because a path or a query may contain secrets. */
function refuse(url: URL, reason: string, options?: ErrorOptions): TurnwiseError {
  const host = url.host === '' ? url.protocol : url.host;
  return new TurnwiseError('network_refused', `"${host}" ${reason}.`, options);
}
