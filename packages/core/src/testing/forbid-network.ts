import net from 'node:net';
import { checkOptions, option } from '../options.ts';

/**
 * Makes all new connections of this process fail, except to loopback addresses; with `loopback: true` these fail too.
 * Returns the function that allows connections again.
 */
export function forbidNetwork(options: { readonly loopback?: boolean } = {}): () => void {
  checkOptions(options, { name: 'forbidNetwork()', known: { loopback: option.flag } });
  const { loopback = false } = options;
  const connect = net.Socket.prototype.connect;
  net.Socket.prototype.connect = function guarded(this: net.Socket, ...given: unknown[]) {
    const host = hostOf(given);
    if (loopback || !isLoopback(host)) {
      const error = new Error(
        `A connection to "${host}" was refused, because forbidNetwork() is active.`,
      );
      process.nextTick(() => this.destroy(error));
      return this;
    }
    return Reflect.apply(connect, this, given) as net.Socket;
  } as typeof connect;
  return () => {
    net.Socket.prototype.connect = connect;
  };
}

/** Node passes its own normalised list of arguments, or the caller's arguments. */
function hostOf(given: readonly unknown[]): string {
  const [first, second] = Array.isArray(given[0]) ? (given[0] as unknown[]) : given;
  if (typeof first === 'object' && first !== null) {
    const { host, path } = first as { host?: string; path?: string };
    return host ?? (path === undefined ? 'localhost' : `unix:${path}`);
  }
  return typeof second === 'string' ? second : 'localhost';
}

function isLoopback(host: string): boolean {
  return (
    host === 'localhost' || host === '::1' || host.startsWith('127.') || host.startsWith('unix:')
  );
}
