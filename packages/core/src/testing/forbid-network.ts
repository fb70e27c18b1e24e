import net from 'node:net';

/**
 * Makes every connection of this process fail from now on, to addresses beyond loopback or, with `loopback: true`, to all.
 * Returns the function that allows them again.
 */
export function forbidNetwork({ loopback = false }: { loopback?: boolean } = {}): () => void {
  const connect = net.Socket.prototype.connect;
  net.Socket.prototype.connect = function guarded(this: net.Socket, ...given: unknown[]) {
    const host = hostOf(given);
    if (loopback || !isLoopback(host)) {
      const error = new Error(
        `The network is forbidden here: a connection to "${host}" was tried.`,
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

/** Node passes its own normalised list of arguments, or what the caller gave. */
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
