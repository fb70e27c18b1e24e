import type * as Crypto from 'node:crypto';

let loaded: typeof Crypto | undefined;

/** Node's `node:crypto`, loaded at its first use: it is a tenth of the time that the import of this package would take. */
export function nodeCrypto(): typeof Crypto {
  loaded ??= process.getBuiltinModule('node:crypto');
  return loaded;
}
