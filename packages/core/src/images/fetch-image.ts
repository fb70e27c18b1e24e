import { TurnwiseError, toError } from '../errors.ts';
import type { NetGuard } from '../net/net-guard.ts';

/** How an image is fetched. */
export interface FetchImageOptions {
  readonly guard: NetGuard;
  readonly maxBytes: number;
  readonly signal: AbortSignal;
}

/** Milliseconds that a server has for an image. */
const timeLimit = 30_000;

/**
 * Fetches an image over https, through the network guard. Throws `network_refused` for what the guard does not allow or
 * finds too large, `invalid_image` for another scheme, status or a server that is too slow, and the signal's reason.
 */
export async function fetchImage(
  url: string,
  { guard, maxBytes, signal }: FetchImageOptions,
): Promise<Uint8Array> {
  requireHttps(url);
  signal.throwIfAborted();
  const clock = AbortSignal.timeout(timeLimit);
  const response = await guard
    .fetch(url, { maxBytes, signal: AbortSignal.any([signal, clock]) })
    .catch((thrown: unknown) => {
      if (signal.aborted || !clock.aborted) throw thrown;
      const reason = `did not arrive within ${timeLimit / 1000} seconds; fetch it yourself and pass its bytes.`;
      throw new TurnwiseError('invalid_image', `${nameOf(url)} ${reason}`, {
        cause: toError(thrown),
      });
    });
  requireHttps(response.url);
  if (response.status !== 200) {
    throw new TurnwiseError(
      'invalid_image',
      `${nameOf(url)} could not be fetched: the server answered with status ${response.status}.`,
    );
  }
  return response.bytes;
}

/** Names an image by its host alone: a path or a query may hold secrets. */
export function nameOf(url: string): string {
  return `The image at "${URL.canParse(url) ? new URL(url).host : 'an address that is no URL'}"`;
}

/** What comes over plain http can be changed by anyone on the way. */
function requireHttps(url: string): void {
  if (URL.canParse(url) && new URL(url).protocol === 'https:') return;
  throw new TurnwiseError(
    'invalid_image',
    `${nameOf(url)} is not fetched, as that is not https; pass an https: URL, or its bytes.`,
  );
}
