import type * as Fs from 'node:fs/promises';

let loaded: typeof Fs | undefined;

/** Node's `node:fs/promises`, loaded at its first use: Node loads its streams and workers with it. */
export function nodeFs(): typeof Fs {
  loaded ??= process.getBuiltinModule('node:fs/promises');
  return loaded;
}
