import {
  defineProfile,
  type ModelProfile,
  omittableFields,
  type ProfileChanges,
  unrollsCalls,
} from './model-profile.ts';
import type { Refusal } from './refusal.ts';

/**
 * The profile that encodes the refused part of a request in its other form, such as `content: ''` instead of `null`;
 * `undefined` if the request does not contain that part, or if there is no other form.
 */
export function withOtherFields(profile: ModelProfile, refusal: Refusal): ModelProfile | undefined {
  return (
    withOtherCalls(profile, refusal) ??
    (refusal.isStreamed ? withOtherStream(profile, refusal) : asStream(profile, refusal)) ??
    withOtherSettings(profile, refusal)
  );
}

function withOtherCalls(
  profile: ModelProfile,
  { kind, hasCalls }: Refusal,
): ModelProfile | undefined {
  if (profile.dialect !== 'native' || !hasCalls) return undefined;
  switch (kind) {
    case 'empty-content':
      return changed(profile, { emptyContent: '' });
    case 'tool-name':
      return changed(profile, { toolResultName: true });
    case 'several-calls':
      return unrolled(profile);
    default:
      return undefined;
  }
}

function withOtherStream(
  profile: ModelProfile,
  { kind, offersTools }: Refusal,
): ModelProfile | undefined {
  switch (kind) {
    case 'stream-options':
      return changed(profile, { streamOptions: false });
    case 'streaming-unsupported':
      return changed(profile, { streaming: false });
    case 'tool-streaming':
      return profile.dialect === 'native' && offersTools
        ? changed(profile, { toolStreaming: false })
        : undefined;
    default:
      return undefined;
  }
}

function asStream(profile: ModelProfile, { kind }: Refusal): ModelProfile | undefined {
  const canStream = profile.streaming !== false && profile.toolStreaming !== false;
  return kind === 'streaming-required' && canStream
    ? changed(profile, { alwaysStreams: true })
    : undefined;
}

function withOtherSettings(
  profile: ModelProfile,
  { kind, field, forcesCall, limitsOutput }: Refusal,
): ModelProfile | undefined {
  switch (kind) {
    case 'max-tokens-field':
      return limitsOutput
        ? changed(profile, { maxTokensField: 'max_completion_tokens' })
        : undefined;
    case 'field-unsupported':
      return field === 'tool_choice' && forcesCall ? undefined : withoutField(profile, field);
    case 'tool-choice-unsupported':
      // The default of every server is `auto`.
      return forcesCall ? undefined : withoutField(profile, 'tool_choice');
    default:
      return undefined;
  }
}

/** The profile with one other field; `undefined` if it has that value already. */
function changed(profile: ModelProfile, change: ProfileChanges): ModelProfile | undefined {
  const isSame = Object.entries(change).every(
    ([name, value]) => profile[name as keyof ModelProfile] === value,
  );
  return isSame ? undefined : defineProfile(profile, change);
}

function unrolled(profile: ModelProfile): ModelProfile | undefined {
  if (unrollsCalls(profile.turns)) return undefined;
  return defineProfile(profile, { turns: { calls: 'unrolled' } });
}

function withoutField(profile: ModelProfile, field: string | undefined): ModelProfile | undefined {
  const { omittedFields = [] } = profile;
  const found = omittableFields.find((each) => each === field);
  if (found === undefined || omittedFields.includes(found)) return undefined;
  return defineProfile(profile, { omittedFields: [...omittedFields, found] });
}
