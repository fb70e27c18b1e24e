/** Stores the bytes of images outside of the transcript, so that a saved state stays small. */
export interface BlobStore {
  /** Stores `bytes` under their hex SHA-256. May be called again with the same bytes. A returned promise is awaited. */
  put(sha256: string, bytes: Uint8Array): void | Promise<void>;
  /** The bytes stored under `sha256`, or `undefined`. */
  get(sha256: string): Uint8Array | undefined | Promise<Uint8Array | undefined>;
}

/** A blob store in memory that never deletes anything. Implement `BlobStore` to store images somewhere else. */
export function memoryBlobStore(): BlobStore {
  const blobs = new Map<string, Uint8Array>();
  return {
    put: (sha256, bytes) => void blobs.set(sha256, bytes),
    get: (sha256) => blobs.get(sha256),
  };
}
