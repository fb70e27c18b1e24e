import { createHash } from 'node:crypto';
import type { Sql } from './sqlite-connection.ts';

/** Outputs with more characters are in the table of blobs, so that the journal stays small. */
export const maxInlineChars = 65_536;

/** Stores a text under its SHA-256, which it returns. */
export function putText(sql: Sql, text: string): string {
  const sha256 = createHash('sha256').update(text).digest('hex');
  sql('INSERT OR IGNORE INTO blob VALUES (?, ?)').run(sha256, text);
  return sha256;
}

/** Stores bytes under the given SHA-256. */
export function putBytes(sql: Sql, sha256: string, bytes: Uint8Array): void {
  const base64 = Buffer.from(bytes).toString('base64');
  sql('INSERT OR IGNORE INTO blob VALUES (?, ?)').run(`bytes:${sha256}`, base64);
}

/** The bytes that were stored under a SHA-256. */
export function getBytes(sql: Sql, sha256: string): Uint8Array | undefined {
  const row = sql('SELECT body FROM blob WHERE sha256 = ?').get(`bytes:${sha256}`);
  return row === undefined ? undefined : new Uint8Array(Buffer.from(String(row.body), 'base64'));
}
