import type { SharedV4ProviderMetadata } from '@ai-sdk/provider';
import type { AssistantTurn, JsonObject } from '@turnwise/core';

type ProviderData = NonNullable<AssistantTurn['provider']>;

/** The metadata that returns the data of a turn with the next prompt. */
export function toProviderMetadata({ profile, data }: ProviderData): SharedV4ProviderMetadata {
  return { turnwise: { profile, data: data as never } };
}

/** The data that `toProviderMetadata` encoded, if these options have it. */
export function readProviderData(
  options: Readonly<Record<string, unknown>> | undefined,
): ProviderData | undefined {
  const { profile, data } = Object(options?.turnwise) as Record<string, unknown>;
  if (typeof profile !== 'string' || typeof data !== 'object' || data === null) return undefined;
  return { profile, data: data as JsonObject };
}
