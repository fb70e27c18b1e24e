const startedAt = performance.now();

/** Prints one line of progress to stderr, with the seconds since the start. stdout is only for the result. */
export function report(text: string): void {
  const seconds = Math.round((performance.now() - startedAt) / 1000);
  process.stderr.write(`[${String(seconds).padStart(4)} s] ${text}\n`);
}

/** A size in bytes for a person, such as `1,117 MB`. */
export function toMegabytes(bytes: number): string {
  return `${Math.round(bytes / 1e6).toLocaleString('en-US')} MB`;
}
