import { TurnwiseError, toError } from '../errors.ts';
import type { NetGuard } from '../net/net-guard.ts';

/** The guard and the limits of a fetch. */
export interface FetchImageOptions {
  readonly guard: NetGuard;
  readonly maxBytes: number;
  readonly signal: AbortSignal;
}

/** The time limit of a fetch. */
const timeoutMs = 30_000;

/**
 * Fetches an image over https, through the network guard. Throws `network_refused` if the guard does not allow the URL or
 * the image is too large; `invalid_image` for another scheme, an error status or a server that is too slow; and the
 * signal's reason.
 */
export async function fetchImage(
  url: string,
  { guard, maxBytes, signal }: FetchImageOptions,
): Promise<Uint8Array> {
  requireHttps(url);
  signal.throwIfAborted();
  const timeout = AbortSignal.timeout(timeoutMs);
  const response = await guard
    .fetch(url, { maxBytes, signal: AbortSignal.any([signal, timeout]) })
    .catch((thrown: unknown) => {
      if (signal.aborted || !timeout.aborted) throw thrown;
      const reason = `was not received within ${timeoutMs / 1000} seconds. Fetch it yourself and pass its bytes.`;
      throw new TurnwiseError('invalid_image', `${nameOf(url)} ${reason}`, {
        cause: toError(thrown),
      });
    });
  requireHttps(response.url);
  if (response.status !== 200) {
    throw new TurnwiseError(
      'invalid_image',
      `${nameOf(url)} could not be fetched: the server responded with status ${response.status}.`,
    );
  }
  return response.bytes;
}

/** A name for messages. It contains only the host, because a path or a query may contain secrets. */
export function nameOf(url: string): string {
  return `The image at "${URL.canParse(url) ? new URL(url).host : 'an address that is not a URL'}"`;
}

/** Anyone on the network can change a response that is sent over http. */
function requireHttps(url: string): void {
  if (URL.canParse(url) && new URL(url).protocol === 'https:') return;
  throw new TurnwiseError(
    'invalid_image',
    `${nameOf(url)} is not fetched, because the URL is not https. Pass an https: URL or the bytes.`,
  );
}
