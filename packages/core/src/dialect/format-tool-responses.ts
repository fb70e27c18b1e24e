import type { ModelProfile } from '../profile/model-profile.ts';
import type { ToolTurn } from '../turns/turn.ts';
import { neutraliserFor } from './control-tokens.ts';
import {
  type ContentParts,
  type DraftMessage,
  formatInputs,
  formatResult,
} from './encode-conversation.ts';
import { wireName } from './wire-name.ts';

/**
 * Name of the tag that wraps a result in the user's text. For models such as Qwen, `</tool_response>` is a control token,
 * which must not be sent; their results get another tag.
 */
export function responseTagOf(profile: ModelProfile): string {
  const closing = '</tool_response>';
  return neutraliserFor(profile)(closing) === closing ? 'tool_response' : 'tool_result';
}

/**
 * Results as one user message, for models without a tool role. Each result is wrapped and named, so that parallel results
 * cannot be confused. A result cannot close its wrapper or open another one.
 */
export function formatToolResponses({ results, inputs }: ToolTurn, tag: string): DraftMessage {
  const wrapped = results.flatMap((result, index): ContentParts => {
    const head = `<${tag} name="${wireName(result.name)}" call="${index + 1}">`;
    return [
      { type: 'text', text: head },
      ...formatResult(result),
      { type: 'text', text: `</${tag}>` },
    ];
  });
  return { role: 'user', content: [...wrapped, ...formatInputs(inputs)] };
}
