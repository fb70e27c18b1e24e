import { createServer, type ServerHttp2Session } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { TurnwiseError } from '@turnwise/core';
import { createBlobObject } from './blob-object.ts';
import { type DriveParts, driveSegment } from './drive-segment.ts';
import { createInboxObject } from './inbox-object.ts';
import { createRunObject } from './run-object.ts';

/** Where a process executes runs. */
export interface RestateWorker {
  /** The port to listen on; 0 takes a free one. */
  readonly port: number;
  /** The address to listen on. Only Restate may reach it, or pass `identityKeys`. @default '127.0.0.1' */
  readonly host?: string | undefined;
  /**
   * The address that Restate calls: of this worker, or all workers with the same version of the agents, for example a load balancer.
   * @default the host and the port
   */
  readonly url?: string | undefined;
  /** The public keys of requests that are accepted, such as those of Restate Cloud. @default accepts every request */
  readonly identityKeys?: readonly string[] | undefined;
}

/** Serves the objects to Restate. */
export interface WorkerServer {
  /** The address that Restate uses. */
  readonly url: string;
  close(): Promise<void>;
}

/** Listens for Restate. Throws `invalid_options` if the port cannot be used. */
export async function serveWorker(
  parts: DriveParts,
  { port, host = '127.0.0.1', url, identityKeys }: RestateWorker,
): Promise<WorkerServer> {
  const { sdk, names } = parts;
  const handler = sdk.createEndpointHandler({
    services: [
      createRunObject(
        sdk,
        names,
        async (context, request) => await driveSegment(parts, context, request),
      ),
      createInboxObject(sdk, names),
      createBlobObject(sdk, names),
    ],
    bidirectional: true,
    // The state of a run and the admin API report what matters.
    logger: () => {},
    ...(identityKeys !== undefined && { identityKeys: [...identityKeys] }),
  });
  const server = createServer(handler);
  const sessions = new Set<ServerHttp2Session>();
  server.on('session', (session) => {
    sessions.add(session);
    session.on('close', () => sessions.delete(session));
    // A connection that fails ends its invocations, and Restate repeats them.
    session.on('error', () => {});
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause) =>
      reject(
        new TurnwiseError('invalid_options', `The worker cannot listen on ${host}:${port}.`, {
          cause,
        }),
      ),
    );
    server.listen(port, host, resolve);
  });
  const { port: actualPort } = server.address() as AddressInfo;
  return {
    url: url ?? `http://${host}:${actualPort}`,
    close: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      for (const session of sessions) session.destroy();
      await closed;
    },
  };
}
