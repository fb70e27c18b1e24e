import {
  type Model,
  type OpenAICompatibleOptions,
  openaiCompatible,
  privatemode,
  TurnwiseError,
} from '@turnwise/core';
import { type LocalEndpointOptions, startLocalEndpoint } from '@turnwise/local';
import type { Surroundings } from './surroundings.ts';

/** The model that an example talks to. */
export interface ChosenModel {
  readonly model: Model;
  /** What the user must know about it, on one line; `undefined` where it is a real model. */
  readonly notice: string | undefined;
  /** Ends what was started for it. */
  close(): Promise<void>;
}

/**
 * Chooses the model by the environment: `PRIVATEMODE_API_KEY` means Privatemode's proxy, `TURNWISE_BASE_URL` any other
 * server (`TURNWISE_MODEL` and `TURNWISE_API_KEY` go with it). Without either, an endpoint with a rule-based stand-in is
 * started on a free port, with `options` of its own. Throws `invalid_options` for an address that cannot work; nothing is
 * sent yet.
 */
export async function modelFromEnvironment(
  environment: Surroundings['environment'],
  options: Pick<LocalEndpointOptions, 'contextWindow'> = {},
): Promise<ChosenModel> {
  const read = (name: string): string | undefined => environment[name]?.trim() || undefined;
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

/** Says in the words of the environment what is wrong with an option that was read from it. */
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
    notice: `A rule-based stand-in answers at ${endpoint.url}, not a language model; for a real one set PRIVATEMODE_API_KEY, or TURNWISE_BASE_URL (with TURNWISE_MODEL, TURNWISE_API_KEY).`,
    close: () => endpoint.close(),
  };
}
