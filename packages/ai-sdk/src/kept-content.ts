import type { LanguageModelV4Content, LanguageModelV4Message } from '@ai-sdk/provider';
import type { AssistantTurn, CallsTurn, JsonValue } from '@turnwise/core';
import type { ProviderData } from '@turnwise/core/model';

/** The content of an assistant message in a prompt. */
export type KeptContent = Extract<LanguageModelV4Message, { role: 'assistant' }>['content'];

/**
 * What a provider needs back with a turn: its reply as it was, with signatures of reasoning, text next to calls, and its own
 * ids of calls. Plain JSON; missing if the reply is only a text.
 */
export function keepContent(
  content: readonly LanguageModelV4Content[],
  profile: string,
): ProviderData | undefined {
  const kept = content.flatMap((part): KeptContent => {
    const metadata = 'providerMetadata' in part ? part.providerMetadata : undefined;
    const options = metadata && { providerOptions: metadata };
    switch (part.type) {
      case 'text':
      case 'reasoning':
        return [{ type: part.type, text: part.text, ...options }];
      case 'tool-call': {
        const { toolCallId, toolName, providerExecuted } = part;
        const input = toInput(part.input);
        const flag = providerExecuted === undefined ? {} : { providerExecuted };
        return [{ type: 'tool-call', toolCallId, toolName, input, ...flag, ...options }];
      }
      default:
        return [];
    }
  });
  // A plain text is sent back as the text of its turn.
  if (kept.every((part) => part.type === 'text' && part.providerOptions === undefined)) {
    return undefined;
  }
  return { profile, data: { content: JSON.parse(JSON.stringify(kept)) as JsonValue } };
}

/** The content that the turn was read from, if it came from this profile. */
export function keptContentOf(turn: AssistantTurn, profile: string): KeptContent | undefined {
  const { provider } = turn;
  if (provider?.profile !== profile) return undefined;
  const { content } = provider.data;
  return Array.isArray(content) ? (content as unknown as KeptContent) : undefined;
}

/** The provider's id of each call of a turn. Ids of other providers are replaced by letters and digits. */
export function callIdsOf(turn: CallsTurn, profile: string): ReadonlyMap<string, string> {
  const kept = keptContentOf(turn, profile)?.flatMap((part) =>
    part.type === 'tool-call' && part.providerExecuted !== true ? [part.toolCallId] : [],
  );
  return new Map(
    turn.calls.map(({ id }, index) => [id, kept?.[index] ?? `call_${id.replace(/\W/g, '_')}`]),
  );
}

function toInput(text: string): unknown {
  try {
    return JSON.parse(text === '' ? '{}' : text);
  } catch {
    return {};
  }
}
