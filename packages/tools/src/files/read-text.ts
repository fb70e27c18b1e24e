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

/**
 * Reads a file as UTF-8, or as UTF-16 if it has the byte order mark; invalid bytes become U+FFFD.
 * Reads at most `maxBytes`. Throws `FileError` for a binary file.
 */
export async function readText(file: OpenedFile, maxBytes: number): Promise<FileText> {
  const bytes = await readBytes(file, maxBytes + 1);
  const isCut = bytes.length > maxBytes;
  const text = decode(file, bytes.subarray(0, maxBytes));
  return { lines: splitLines(text), text, isCut };
}

/** Formats a size: `980 bytes`, `12 kB`, `3.4 MB`. */
export function showSize(bytes: number): string {
  if (bytes < 1000) return formatCount(bytes, 'byte');
  const [unit, size] = bytes < 1e6 ? ['kB', 1e3] : bytes < 1e9 ? ['MB', 1e6] : ['GB', 1e9];
  return `${Number((bytes / Number(size)).toPrecision(2))} ${unit}`;
}

async function readBytes({ handle, size }: OpenedFile, maxBytes: number): Promise<Uint8Array> {
  // A file can grow while it is read, and files in /proc have size 0, so only `maxBytes` is a reliable limit.
  const chunks: Uint8Array[] = [];
  let length = 0;
  let wanted = Math.min(maxBytes, Math.max(size, 0) + 1);
  while (wanted > 0) {
    const chunk = Buffer.allocUnsafe(wanted);
    const { bytesRead } = await handle.read(chunk, 0, wanted, length);
    if (bytesRead === 0) break;
    chunks.push(chunk.subarray(0, bytesRead));
    length += bytesRead;
    wanted = Math.min(maxBytes - length, 65_536);
  }
  return Buffer.concat(chunks, length);
}

const sampleBytes = 8192;

function decode(file: OpenedFile, bytes: Uint8Array): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return new TextDecoder('utf-16le').decode(bytes);
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return new TextDecoder('utf-16be').decode(bytes);
  if (bytes.subarray(0, sampleBytes).includes(0)) {
    throw new FileError(
      `"${file.path}" is a binary file (${showSize(file.size)}); only text can be read.`,
    );
  }
  return new TextDecoder('utf-8').decode(bytes);
}

function splitLines(text: string): readonly string[] {
  if (text === '') return [];
  const lines = text.split(/\r?\n/);
  if (lines.at(-1) === '') lines.pop();
  return lines;
}
