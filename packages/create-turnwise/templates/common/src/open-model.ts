import { type Model, openaiCompatible } from '@turnwise/core';

/** A model, and how to end what was started for it. */
export interface OpenModel {
  readonly model: Model;
  close(): Promise<void>;
}

/**
 * The model at `TURNWISE_BASE_URL` (and `TURNWISE_MODEL`, `TURNWISE_API_KEY`). Without this variable, a stand-in on this machine:
 * it follows rules, and is not a language model.
 */
export async function openModel(): Promise<OpenModel> {
  const { TURNWISE_BASE_URL: baseURL, TURNWISE_API_KEY: apiKey } = process.env;
  const name = process.env.TURNWISE_MODEL ?? 'gemma-3-27b';
  if (baseURL !== undefined) {
    return { model: openaiCompatible({ baseURL, model: name, apiKey }), close: async () => {} };
  }
  const { startLocalEndpoint } = await import('@turnwise/local');
  const endpoint = await startLocalEndpoint({ models: [name] });
  console.error('A stand-in answers, not a language model. Set TURNWISE_BASE_URL to use a model.');
  return {
    model: openaiCompatible({ baseURL: endpoint.url, model: name }),
    close: () => endpoint.close(),
  };
}
