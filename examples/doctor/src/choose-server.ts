import { quirksNames, startLocalEndpoint } from '@turnwise/local';
import { type Surroundings, UsageError } from '@turnwise-examples/program';

/** What the command line says of the server. */
export interface ServerWish {
  readonly baseURL: string | undefined;
  readonly model: string | undefined;
  readonly apiKey: string | undefined;
  /** The server that the embedded endpoint is to imitate. */
  readonly imitate: string | undefined;
}

/** The server that is measured. */
export interface ChosenServer {
  readonly baseURL: string;
  readonly model: string;
  readonly apiKey?: string;
  /** What the user must know about it, on one line; `undefined` where it is a real server. */
  readonly notice: string | undefined;
  /** Ends what was started for it. */
  close(): Promise<void>;
}

/** A server that can be imitated. */
export type ImitatedServer = (typeof quirksNames)[number];

/**
 * The server that the command line names, else the environment's (`PRIVATEMODE_API_KEY`, or `TURNWISE_BASE_URL` with
 * `TURNWISE_MODEL` and `TURNWISE_API_KEY`), else the embedded endpoint. Throws a `UsageError` for a server without a model.
 */
export async function chooseServer(
  wish: ServerWish,
  environment: Surroundings['environment'],
): Promise<ChosenServer> {
  if (wish.imitate !== undefined) return startImitation(toImitated(wish.imitate));
  const read = (name: string): string | undefined => environment[name]?.trim() || undefined;
  const privatemodeKey = read('PRIVATEMODE_API_KEY');
  const given = wish.baseURL ?? (privatemodeKey === undefined ? read('TURNWISE_BASE_URL') : proxy);
  if (given === undefined) return startImitation('vllm');
  const isProxy = wish.baseURL === undefined && privatemodeKey !== undefined;
  const model = wish.model ?? read('TURNWISE_MODEL') ?? (isProxy ? 'gemma-3-27b' : undefined);
  if (model === undefined) {
    throw new UsageError('Name the model to measure: --model NAME, or TURNWISE_MODEL.');
  }
  const apiKey = wish.apiKey ?? (isProxy ? privatemodeKey : read('TURNWISE_API_KEY'));
  return {
    baseURL: given,
    model,
    ...(apiKey === undefined ? {} : { apiKey }),
    notice: undefined,
    close: () => Promise.resolve(),
  };
}

/** Starts the embedded endpoint in the way of a server. */
export async function startImitation(imitate: ImitatedServer): Promise<ChosenServer> {
  const endpoint = await startLocalEndpoint({ quirks: imitate });
  return {
    baseURL: endpoint.url,
    model: endpoint.models[0] ?? 'stand-in',
    notice: `This measures an imitation of ${imitate} with a rule-based stand-in, not a language model; for a real server give --base-url and --model.`,
    close: () => endpoint.close(),
  };
}

/** Where Privatemode's proxy listens unless it is told otherwise. */
const proxy = 'http://localhost:8080/v1';

function toImitated(name: string): ImitatedServer {
  const found = quirksNames.find((known) => known === name);
  if (found !== undefined) return found;
  throw new UsageError(`Cannot imitate "${name}". Available: ${quirksNames.join(', ')}.`);
}
