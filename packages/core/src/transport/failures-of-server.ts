import type { ServerMessage } from './server-message.ts';

/**
 * Messages about a reply or about the server itself, which some servers send with the status of a refusal. The same request may
 * succeed when it is sent again.
 */
export const failuresOfServer: readonly ServerMessage[] = [
  {
    kind: 'broken-reply',
    code: 'model_failed',
    isPermanent: false,
    // Groq, then Ollama and Google.
    matches: [
      'tool_use_failed',
      'json_validate_failed',
      'output_parse_failed',
      'failed_generation',
      'error parsing tool call',
      'malformed_function_call',
      /\bmodel (?:output|generated|produced)\b.{0,80}\b(?:could not|cannot|can't|failed to) be parsed/,
    ],
    cure: "The server could not read what the model wrote: if this happens often, set `dialect: 'prompted'` or `dialect: 'guided'` on the model.",
  },
  {
    kind: 'broken-reply',
    code: 'model_failed',
    isPermanent: false,
    matches: [
      /\bmodel (?:has |was )?(?:crashed|unloaded|been unloaded)\b/,
      'runner process has terminated',
      'runner process no longer running',
    ],
    cure: 'The server lost the model: check its log, and whether it has enough memory.',
  },
  {
    kind: 'rate-limit',
    code: 'model_overloaded',
    isPermanent: false,
    matches: [
      'throttlingexception',
      'too many requests',
      /\bcapacity (?:was |is )?exceeded\b/,
      /\b(?:over|at) capacity\b/,
    ],
    cure: 'Send fewer requests at once (`maxConcurrent`), or raise `retry.maxRetries`.',
  },
];
