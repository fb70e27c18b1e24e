/** Servers that Turnwise recognises. */
export type ServerKind = 'vllm' | 'llama.cpp' | 'ollama' | 'lm-studio' | 'openai';

/** What a server reports about itself and one model. Plain data; a field is missing if the server did not report it. */
export interface ServerFacts {
  readonly server?: ServerKind;
  /** Whether requests for this model can carry tools. */
  readonly tools?: boolean;
  /** The page that the facts were read from, such as `/props`. */
  readonly source?: string;
  /** Whether the model accepts images on this server. */
  readonly images?: boolean;
  /** Whether the first message may be a system message. */
  readonly systemRole?: boolean;
  /** Whether one message may have several calls. */
  readonly callsTogether?: boolean;
  /** Tokens of prompt and answer together, as the model is served. */
  readonly contextWindow?: number;
  /** Number of the model's weights. */
  readonly parameters?: number;
  /** The model's architecture, such as `gemma3`. */
  readonly architecture?: string;
  /** The model's chat template, in Jinja. */
  readonly chatTemplate?: string;
}
