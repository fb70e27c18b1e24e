import type * as Util from 'node:util';

let loaded: typeof Util | undefined;

/** Node's `node:util`, loaded at its first use: with an import, Node loads every part of it. */
export function nodeUtil(): typeof Util {
  loaded ??= process.getBuiltinModule('node:util');
  return loaded;
}
