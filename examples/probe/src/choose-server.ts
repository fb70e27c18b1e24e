import { quirksNames, startLocalEndpoint } from '@turnwise/local';
import { type Environment, UsageError } from '@turnwise-examples/program';

/** The options of the command line for the server. */
export interface ServerOptions {
  readonly baseURL: string | undefined;
  readonly model: string | undefined;
  readonly apiKey: string | undefined;
  /** The server that the embedded endpoint imitates. */
  readonly imitate: string | undefined;
}

/** The server to measure. */
export interface ChosenServer {
  readonly baseURL: string;
  readonly model: string;
  readonly apiKey?: string;
  /** One line for the user if it is not a real server, else `undefined`. */
  readonly notice: string | undefined;
  /** Stops the endpoint if one was started. */
  close(): Promise<void>;
}

/** What the embedded endpoint can imitate. */
type Imitated = (typeof quirksNames)[number];

/** A server that the embedded endpoint can imitate. `small-model` is a model and not a server. */
export type ImitatedServer = Exclude<Imitated, 'small-model'>;

/** All of them. */
export const imitatedServers: readonly ImitatedServer[] = quirksNames.filter(
  (name) => name !== 'small-model',
);

/**
 * Chooses the server of the command line, else that of the environment (`PRIVATEMODE_API_KEY`, or `TURNWISE_BASE_URL`
 * with `TURNWISE_MODEL` and `TURNWISE_API_KEY`), else the embedded endpoint. Throws a `UsageError` if the model is missing.
 */
export async function chooseServer(
  options: ServerOptions,
  variables: Environment['variables'],
): Promise<ChosenServer> {
  if (options.imitate !== undefined) return startImitation(toImitated(options.imitate));
  const read = (name: string): string | undefined => variables[name]?.trim() || undefined;
  const privatemodeKey = read('PRIVATEMODE_API_KEY');
  const given =
    options.baseURL ?? (privatemodeKey === undefined ? read('TURNWISE_BASE_URL') : proxy);
  if (given === undefined) return startImitation('vllm');
  const isProxy = options.baseURL === undefined && privatemodeKey !== undefined;
  const model = options.model ?? read('TURNWISE_MODEL') ?? (isProxy ? 'gemma-3-27b' : undefined);
  if (model === undefined) {
    throw new UsageError('Name the model to measure: --model NAME, or TURNWISE_MODEL.');
  }
  const apiKey = options.apiKey ?? (isProxy ? privatemodeKey : read('TURNWISE_API_KEY'));
  return {
    baseURL: given,
    model,
    ...(apiKey === undefined ? {} : { apiKey }),
    notice: undefined,
    close: () => Promise.resolve(),
  };
}

/** Starts the embedded endpoint, which imitates a server. */
export async function startImitation(imitate: Imitated): Promise<ChosenServer> {
  const endpoint = await startLocalEndpoint({ quirks: imitate });
  return {
    baseURL: endpoint.url,
    model: endpoint.models[0] ?? 'stand-in',
    notice: `This measures an imitation of ${imitate} with a rule-based stand-in, not a language model. To measure a real server, use --base-url and --model.`,
    close: () => endpoint.close(),
  };
}

/** The default address of Privatemode's proxy. */
const proxy = 'http://localhost:8080/v1';

function toImitated(name: string): Imitated {
  const found = quirksNames.find((known) => known === name);
  if (found !== undefined) return found;
  throw new UsageError(`Cannot imitate "${name}". Available: ${quirksNames.join(', ')}.`);
}
