import { isJsonObject, type JsonObject, type JsonValue } from '../json.ts';

/** The fields of a request that decide how its reply is understood. */
export interface RequestedReply {
  /** The most tokens that the reply may have; `undefined` if the request has no maximum. */
  readonly maxTokens?: number | undefined;
  /** Fields that may switch the model's reasoning off. They are searched only for a reply without text and calls. */
  readonly fields?: JsonObject;
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
    fields,
  };
}

function countOf(value: JsonValue | undefined): number | undefined {
  return typeof value === 'number' ? value : undefined;
}

/**
 * Whether fields of a request switch the model's reasoning off. Servers have different switches, at the top or inside of objects:
 * vLLM, SGLang and llama.cpp pass theirs to the chat template, OpenRouter, Anthropic (also `output_config.effort`) and Google have an object.
 */
export function isThinkingOff(fields: JsonObject): boolean {
  return hasSwitchOff(fields, { isAboutThoughts: false, level: 0 });
}

function hasSwitchOff(
  fields: JsonObject,
  { isAboutThoughts, level }: { readonly isAboutThoughts: boolean; readonly level: number },
): boolean {
  return Object.entries(fields).some(([key, value]) => {
    const name = (isAboutThoughts ? `thinking_${key}` : key)
      .replace(/([a-z])([A-Z])/g, '$1_$2')
      .toLowerCase();
    if (isJsonObject(value)) {
      const within = { isAboutThoughts: thoughtObject.test(name), level: level + 1 };
      return level < 4 && hasSwitchOff(value, within);
    }
    if (disablingName.test(name)) return value === true || value === 'true';
    if (budgetName.test(name)) return value === 0 || value === '0';
    return (
      switchName.test(name) &&
      offValues.has(typeof value === 'string' ? value.toLowerCase() : value)
    );
  });
}

const thoughtObject = /(?:^|_)(?:think|thinking|reasoning)(?:_config|_options)?$/;

/** `include_reasoning` and `separate_reasoning` only decide where the thoughts are sent. */
const switchName =
  /^(?:(?:enable_|use_)?(?:think|thinking|reasoning)(?:_(?:enabled?|mode|effort|type|level))?|effort)$/;

const budgetName = /^(?:\w+_)?(?:think|thinking|reasoning)_(?:\w+_)?(?:budget|tokens)$/;

const disablingName =
  /^(?:disable_(?:think|thinking|reasoning)|(?:thinking|reasoning)_disabled|no_?think(?:ing)?)$/;

const offValues: ReadonlySet<JsonValue | undefined> = new Set([
  false,
  'false',
  'none',
  'off',
  'disabled',
]);
