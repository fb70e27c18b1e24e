import {
  type Model,
  type OpenAICompatibleOptions,
  openaiCompatible,
  privatemode,
  TurnwiseError,
} from '@turnwise/core';
import { type LocalEndpointOptions, startLocalEndpoint } from '@turnwise/local';
import type { Environment } from './environment.ts';

/** The model of an example. */
export interface ChosenModel {
  readonly model: Model;
  /** One line for the user if the model is not a real one, else `undefined`. */
  readonly notice: string | undefined;
  /** Stops the endpoint if one was started. */
  close(): Promise<void>;
}

/**
 * Chooses the model by environment variables: with `PRIVATEMODE_API_KEY` Privatemode's proxy, with `TURNWISE_BASE_URL`
 * another server (and `TURNWISE_MODEL` and `TURNWISE_API_KEY`). Without both, it starts an endpoint with a rule-based
 * stand-in on a free port, with the given `options`. Throws `invalid_options` for an invalid address. Sends no request.
 */
export async function modelFromEnvironment(
  variables: Environment['variables'],
  options: Pick<LocalEndpointOptions, 'contextWindow'> = {},
): Promise<ChosenModel> {
  const read = (name: string): string | undefined => variables[name]?.trim() || undefined;
  const name = read('TURNWISE_MODEL') ?? 'gemma-3-27b';
  const privatemodeKey = read('PRIVATEMODE_API_KEY');
  const baseURL = read('TURNWISE_BASE_URL');
  if (privatemodeKey !== undefined) return realModel(privatemode(name, { apiKey: privatemodeKey }));
  if (baseURL === undefined) return standIn(name, options);
  const apiKey = read('TURNWISE_API_KEY');
  return realModel(
    anyServer({ baseURL, model: name, ...(apiKey === undefined ? {} : { apiKey }) }),
  );
}

/** Adds the names of the environment variables to the error for an invalid option. */
function anyServer(options: OpenAICompatibleOptions): Model {
  try {
    return openaiCompatible(options);
  } catch (thrown) {
    if (!(thrown instanceof TurnwiseError)) throw thrown;
    const message = `Check TURNWISE_BASE_URL and TURNWISE_MODEL: ${thrown.message}`;
    throw new TurnwiseError(thrown.code, message, { cause: thrown });
  }
}

function realModel(model: Model): ChosenModel {
  return { model, notice: undefined, close: () => Promise.resolve() };
}

async function standIn(
  name: string,
  options: Pick<LocalEndpointOptions, 'contextWindow'>,
): Promise<ChosenModel> {
  const endpoint = await startLocalEndpoint({ ...options, models: [name] });
  return {
    model: openaiCompatible({ baseURL: endpoint.url, model: name }),
    notice: `A rule-based stand-in answers at ${endpoint.url}, not a language model. To use a model, set PRIVATEMODE_API_KEY, or TURNWISE_BASE_URL (with TURNWISE_MODEL, TURNWISE_API_KEY).`,
    close: () => endpoint.close(),
  };
}
