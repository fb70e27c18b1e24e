import { isJsonObject, type JsonObject, type JsonValue } from '../json.ts';

/** The fields of a request that decide how its reply is understood. */
export interface RequestedReply {
  /** The most tokens that the reply may have; `undefined` if the request has no maximum. */
  readonly maxTokens?: number | undefined;
  /** Whether the request switches the model's reasoning off. */
  readonly isThinkingOff?: boolean;
}

/** Reads these fields from a request. `fields` are merged into `body` before it is sent. */
export function readRequestedReply(
  body: { readonly max_tokens?: number; readonly max_completion_tokens?: number },
  fields: JsonObject,
): RequestedReply {
  const limit = countOf(fields.max_tokens ?? body.max_tokens);
  const other = countOf(fields.max_completion_tokens ?? body.max_completion_tokens);
  return {
    maxTokens:
      limit === undefined || other === undefined ? (limit ?? other) : Math.min(limit, other),
    isThinkingOff: isThinkingOff(fields),
  };
}

function countOf(value: JsonValue | undefined): number | undefined {
  return typeof value === 'number' ? value : undefined;
}

/**
 * Whether fields of a request switch the model's reasoning off. Servers have different switches; vLLM, SGLang and llama.cpp pass theirs to the chat
 * template.
 */
export function isThinkingOff(fields: JsonObject): boolean {
  const { chat_template_kwargs: template, reasoning, thinking } = fields;
  return (
    hasSwitchOff(fields) ||
    (isJsonObject(template) && hasSwitchOff(template)) ||
    (isJsonObject(reasoning) && (reasoning.enabled === false || isOff(reasoning.effort))) ||
    (isJsonObject(thinking) && (thinking.type === 'disabled' || thinking.budget_tokens === 0))
  );
}

function hasSwitchOff(fields: JsonObject): boolean {
  return (
    fields.enable_thinking === false ||
    fields.thinking === false ||
    fields.think === false ||
    fields.reasoning === false ||
    fields.thinking_budget === 0 ||
    fields.reasoning_budget === 0 ||
    isOff(fields.reasoning_effort)
  );
}

function isOff(effort: JsonValue | undefined): boolean {
  return effort === 'none' || effort === 'off';
}
