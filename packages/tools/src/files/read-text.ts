import { FileError } from './file-error.ts';
import { formatCount } from './format-count.ts';
import type { OpenedFile } from './root-folder.ts';

/** The text of a file, or its first part. */
export interface FileText {
  /** Lines without line ends. An empty file has no lines; a last line without a line end counts. */
  readonly lines: readonly string[];
  /** The text without its byte order mark, with its original line ends. */
  readonly text: string;
  /** Whether the file is larger than `maxBytes`. */
  readonly isCut: boolean;
}

/** The limits of a read. */
export interface ReadOptions {
  readonly maxBytes: number;
  /** Stops the read: it then throws the reason of the signal. */
  readonly signal: AbortSignal;
}

/**
 * Reads a file as UTF-8, or as UTF-16 if it has the byte order mark; invalid bytes become U+FFFD.
 * Reads at most `maxBytes`. Throws `FileError` for a binary file, after its first bytes.
 */
export async function readText(file: OpenedFile, options: ReadOptions): Promise<FileText> {
  const { maxBytes } = options;
  const bytes = await readBytes(file, { ...options, maxBytes: maxBytes + 1 });
  const isCut = bytes.length > maxBytes;
  const text = decode(bytes.subarray(0, maxBytes));
  return { lines: splitLines(text), text, isCut };
}

/** Formats a size: `980 bytes`, `12 kB`, `3.4 MB`. */
export function showSize(bytes: number): string {
  if (bytes < 1000) return formatCount(bytes, 'byte');
  const [unit, size] = bytes < 1e6 ? ['kB', 1e3] : bytes < 1e9 ? ['MB', 1e6] : ['GB', 1e9];
  return `${Number((bytes / Number(size)).toPrecision(2))} ${unit}`;
}

async function readBytes(file: OpenedFile, { maxBytes, signal }: ReadOptions): Promise<Uint8Array> {
  // A file can grow while it is read, and files in /proc have size 0, so only `maxBytes` is a reliable limit.
  const chunks: Uint8Array[] = [];
  let length = 0;
  let wanted = Math.min(maxBytes, sampleBytes);
  while (wanted > 0) {
    signal.throwIfAborted();
    const chunk = Buffer.allocUnsafe(wanted);
    const { bytesRead } = await file.handle.read(chunk, 0, wanted, length);
    if (bytesRead === 0) break;
    if (length === 0) refuseBinary(file, chunk.subarray(0, bytesRead));
    chunks.push(chunk.subarray(0, bytesRead));
    length += bytesRead;
    const left = Math.max(file.size + 1 - length, minChunkBytes);
    wanted = Math.min(maxBytes - length, left, maxChunkBytes);
  }
  return Buffer.concat(chunks, length);
}

const sampleBytes = 8_192;
const minChunkBytes = 65_536;
const maxChunkBytes = 4_194_304;

function refuseBinary({ path, size }: OpenedFile, sample: Uint8Array): void {
  if (encodingOf(sample) !== 'utf-8' || !sample.includes(0)) return;
  throw new FileError(`"${path}" is a binary file (${showSize(size)}); only text can be read.`);
}

function decode(bytes: Uint8Array): string {
  return new TextDecoder(encodingOf(bytes)).decode(bytes);
}

/** The encoding that the byte order mark names; UTF-8 without one. */
function encodingOf(bytes: Uint8Array): 'utf-8' | 'utf-16le' | 'utf-16be' {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le';
  return bytes[0] === 0xfe && bytes[1] === 0xff ? 'utf-16be' : 'utf-8';
}

function splitLines(text: string): readonly string[] {
  if (text === '') return [];
  const lines = text.split(/\r?\n/);
  if (lines.at(-1) === '') lines.pop();
  return lines;
}
