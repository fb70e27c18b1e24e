/** Keeps the bytes of images apart from the transcript, so that a saved state stays small. */
export interface BlobStore {
  /** Keeps `bytes` under their hex SHA-256. Must be safe to repeat; a store on disk may write behind. */
  put(sha256: string, bytes: Uint8Array): void;
  /** The bytes kept under `sha256`, or `undefined`. */
  get(sha256: string): Uint8Array | undefined | Promise<Uint8Array | undefined>;
}

/** A blob store in memory. It forgets nothing; give an agent a store of your own to keep images elsewhere. */
export function memoryBlobStore(): BlobStore {
  const blobs = new Map<string, Uint8Array>();
  return {
    put: (sha256, bytes) => void blobs.set(sha256, bytes),
    get: (sha256) => blobs.get(sha256),
  };
}
