import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** An address for several workers. */
export interface Balancer {
  readonly url: string;
  /** Adds a worker by its port. */
  add(port: number): void;
  close(): void;
}

/** Passes each connection to the first worker that accepts it, as the load balancer of a cluster does. */
export async function balance(): Promise<Balancer> {
  const ports: number[] = [];
  const open = new Set<Socket>();
  const server = createServer((client) => {
    open.add(client);
    client.on('close', () => open.delete(client));
    client.on('error', () => client.destroy());
    pass(client, [...ports]);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    add: (added) => void ports.push(added),
    close: () => {
      server.close();
      for (const socket of open) socket.destroy();
    },
  };
}

function pass(client: Socket, [port, ...others]: readonly number[]): void {
  if (port === undefined) {
    client.destroy();
    return;
  }
  const worker = connect(port, '127.0.0.1');
  let isConnected = false;
  worker.on('connect', () => {
    isConnected = true;
    client.pipe(worker).pipe(client);
  });
  worker.on('error', () => (isConnected ? client.destroy() : pass(client, others)));
  worker.on('close', () => isConnected && client.destroy());
  client.on('close', () => worker.destroy());
}
