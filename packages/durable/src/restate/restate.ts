import { checkOptions, type OptionChecks, option } from '@turnwise/core/model';
import type { RunBackend } from '../engine/run-engine.ts';
import { objectNames } from './messages.ts';
import { restateAdmin } from './restate-admin.ts';
import { restateBlobs } from './restate-blobs.ts';
import { restateClient } from './restate-client.ts';
import { RestateEngine } from './restate-engine.ts';
import type { RestateWorker } from './worker-server.ts';

/** The options of {@link restate}. */
export interface RestateOptions {
  /** The address of the ingress. @default 'http://127.0.0.1:8080' */
  readonly ingress?: string | undefined;
  /** The address of the admin API. @default 'http://127.0.0.1:9070' */
  readonly admin?: string | undefined;
  /** Makes this process a worker. Without it, the process starts, reads and decides, and other processes execute the runs. */
  readonly worker?: RestateWorker | undefined;
  /** The beginning of the names in Restate. Programs with the same name share their runs. @default 'turnwise' */
  readonly name?: string | undefined;
  /** Headers of the requests to Restate, such as `authorization`. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

const url = option.value('an http(s) URL', (given) => URL.canParse(String(given)));

const restateOptions: OptionChecks<RestateOptions> = {
  ingress: url,
  admin: url,
  worker: option.object({
    port: option.whole(0),
    host: option.text,
    url,
    identityKeys: option.strings,
  }),
  name: option.value('letters, digits, "-" and "_", from 1 to 40, with a letter first', isName),
  headers: option.dictionary,
};

/**
 * Runs in the durable execution engine Restate, which continues them in another process if one ends. It needs a server of
 * Restate (licence BSL 1.1), and a worker needs the library `@restatedev/restate-sdk`. Throws `invalid_options`.
 *
 * @example
 * const runs = durable({ store: restate({ worker: { port: 9080 } }), agents: { billing: { agent } } });
 */
export function restate(options: RestateOptions = {}): RunBackend {
  checkOptions(options, { name: 'restate()', known: restateOptions });
  const {
    ingress = 'http://127.0.0.1:8080',
    admin = 'http://127.0.0.1:9070',
    name = 'turnwise',
    worker,
    headers = {},
  } = options;
  const names = objectNames(name);
  const client = restateClient(ingress, headers);
  const blobs = restateBlobs(client, names.blob);
  return {
    blobs,
    createEngine: (agents) =>
      new RestateEngine({
        names,
        client,
        admin: restateAdmin(admin, headers),
        blobs,
        agents,
        worker,
      }),
  };
}

function isName(given: unknown): boolean {
  return typeof given === 'string' && /^[a-z][\w-]{0,39}$/i.test(given);
}
