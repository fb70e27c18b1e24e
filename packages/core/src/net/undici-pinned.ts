import type { LookupFunction } from 'node:net';
import { Agent, request } from 'undici';

/** An IP address as a resolver returns it. */
export interface ResolvedAddress {
  readonly address: string;
  readonly family: number;
}

/** A GET request whose connection may only use the given addresses. */
export interface PinnedRequest {
  readonly url: URL;
  readonly addresses: readonly ResolvedAddress[];
  /** The most bytes of the body that are read. */
  readonly maxBytes: number;
  readonly signal: AbortSignal;
}

/** The response. `bytes` is `undefined` if the body is larger than allowed. */
export interface PinnedResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly bytes: Uint8Array | undefined;
}

/**
 * Fetches a URL over a connection to addresses that were checked before, even if its name resolves to others now.
 * It does not use a proxy of the environment, follow redirects or decompress the body.
 */
export async function fetchPinned(pinned: PinnedRequest): Promise<PinnedResponse> {
  const { url, addresses, signal, maxBytes } = pinned;
  const agent = new Agent({ connect: { lookup: alwaysAnswer(addresses) } });
  try {
    const headers = { 'accept-encoding': 'identity', 'user-agent': 'turnwise' };
    const response = await request(url, { dispatcher: agent, headers, signal });
    const bytes = await readUpTo(maxBytes, response.body);
    return { status: response.statusCode, headers: response.headers, bytes };
  } finally {
    await agent.destroy();
  }
}

function alwaysAnswer(addresses: readonly ResolvedAddress[]): LookupFunction {
  return (hostname, { all }, answer) => {
    const [first] = addresses;
    if (first === undefined) answer(new Error(`No address for ${hostname}.`), '', 4);
    else if (all === true) answer(null, [...addresses]);
    else answer(null, first.address, first.family);
  };
}

async function readUpTo(
  maxBytes: number,
  body: AsyncIterable<Uint8Array>,
): Promise<Uint8Array | undefined> {
  const pieces: Uint8Array[] = [];
  let length = 0;
  for await (const piece of body) {
    length += piece.byteLength;
    if (length > maxBytes) return undefined;
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
}
