import type * as Zlib from 'node:zlib';

/** Where the decoded bytes go. */
export interface DecodedBodyOptions {
  push(bytes: Buffer): void;
  end(): void;
  fail(error: Error): void;
  /** Called if the decoder needs time, and when it can take more. */
  pause(): void;
  resume(): void;
}

/** Decodes a response body that is compressed. */
export interface BodyDecoder {
  /** Takes the next bytes of the body. */
  write(bytes: Buffer): void;
  /** Call it after the last bytes. */
  end(): void;
  /** Pauses and continues the decoded bytes. */
  pause(): void;
  resume(): void;
  /** Stops decoding and discards the rest. */
  close(): void;
}

/**
 * Creates a decoder for a value of `content-encoding`; `undefined` if the body is not compressed. Turnwise does not ask for a
 * compressed body, because that delays the pieces of a stream; but a proxy can send one anyway.
 */
export function createBodyDecoder(
  encoding: string | null,
  { push, end, fail, pause, resume }: DecodedBodyOptions,
): BodyDecoder | undefined {
  const create = decoders[encoding?.trim().toLowerCase() ?? ''];
  if (create === undefined) return undefined;
  const stream = create(process.getBuiltinModule('node:zlib'));
  stream.on('data', push);
  stream.on('end', end);
  stream.on('error', fail);
  stream.on('drain', resume);
  return {
    write: (bytes) => {
      if (!stream.write(bytes)) pause();
    },
    end: () => stream.end(),
    pause: () => stream.pause(),
    resume: () => stream.resume(),
    close: () => stream.destroy(),
  };
}

type Decoder = Zlib.Gunzip | Zlib.BrotliDecompress;

const decoders: Readonly<Record<string, (zlib: typeof Zlib) => Decoder>> = {
  gzip: (zlib) => zlib.createGunzip(),
  'x-gzip': (zlib) => zlib.createGunzip(),
  deflate: (zlib) => zlib.createInflate(),
  br: (zlib) => zlib.createBrotliDecompress(),
};
