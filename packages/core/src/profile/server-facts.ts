/** Servers that Turnwise tells apart. */
export type ServerKind = 'vllm' | 'llama.cpp' | 'ollama' | 'lm-studio' | 'openai';

/**
 * What a server told of itself and of one model before it was asked for a reply. Plain data; a field is left out where
 * nothing was said of it.
 */
export interface ServerFacts {
  readonly server?: ServerKind;
  /** Whether requests for this model can carry tools. */
  readonly tools?: boolean;
  /** Where `tools` and the rest were read, such as `/props`. */
  readonly source?: string;
  /** Whether the model takes images on this server. */
  readonly images?: boolean;
  /** Whether a system message may be first. */
  readonly systemRole?: boolean;
  /** Tokens of prompt and answer together, as the model is served. */
  readonly contextWindow?: number;
  /** The model's architecture, such as `gemma3`. */
  readonly architecture?: string;
  /** The model's chat template, in Jinja. */
  readonly chatTemplate?: string;
}
