import { hash } from 'node:crypto';
import type { BlobStore } from '@turnwise/core';
import { storeDamaged } from '../store/store-errors.ts';
import type { TextPart } from './blob-object.ts';
import type { StoredText } from './messages.ts';
import type { RestateClient } from './restate-client.ts';

/** Characters of a text that is kept in a message. A longer one is a blob. */
const maxInlineChars = 65_536;

/** Characters of one part of a blob. */
const partChars = 2_000_000;

/** Keeps long texts, and the bytes of images, in virtual objects. */
export interface RestateBlobs extends BlobStore {
  /** Stores a text if it is long. */
  store(text: string): Promise<StoredText>;
  /** The text; throws `store_damaged` if a part is missing. */
  read(stored: StoredText): Promise<string>;
}

/** The blobs of the objects with this name. */
export function restateBlobs(client: RestateClient, service: string): RestateBlobs {
  async function put(key: string, text: string): Promise<void> {
    if ((await client.call({ service, key, handler: 'parts' })) !== null) return;
    const parts = Math.max(1, Math.ceil(text.length / partChars));
    for (let part = 0; part < parts; part += 1) {
      const start = part * partChars;
      const piece: TextPart = { part, text: text.slice(start, start + partChars) };
      await client.call({ service, key, handler: 'put' }, piece);
    }
    await client.call({ service, key, handler: 'complete' }, parts);
  }

  async function get(key: string): Promise<string | undefined> {
    const parts = await client.call<number | null>({ service, key, handler: 'parts' });
    if (parts === null) return undefined;
    let text = '';
    for (let part = 0; part < parts; part += 1) {
      const piece = await client.call<string | null>({ service, key, handler: 'part' }, part);
      if (piece === null) return undefined;
      text += piece;
    }
    return text;
  }

  return {
    store: async (text) => {
      if (text.length <= maxInlineChars) return { text };
      const blob = hash('sha256', text, 'hex');
      await put(blob, text);
      return { blob };
    },
    read: async (stored) => {
      if ('text' in stored) return stored.text;
      const text = await get(stored.blob);
      if (text === undefined) throw storeDamaged(`The text with the SHA-256 ${stored.blob}`);
      return text;
    },
    put: async (sha256, bytes) =>
      await put(`bytes-${sha256}`, Buffer.from(bytes).toString('base64')),
    get: async (sha256) => {
      const text = await get(`bytes-${sha256}`);
      return text === undefined ? undefined : new Uint8Array(Buffer.from(text, 'base64'));
    },
  };
}
