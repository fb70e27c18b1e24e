import type { NonEmpty } from '../json.ts';
import { memoize } from '../memoize.ts';
import type { ModelProfile } from '../profile/model-profile.ts';
import { PrefixCache } from '../turns/prefix-cache.ts';
import type {
  CallsTurn,
  ImageRef,
  Part,
  ToolResult,
  ToolTurn,
  Turn,
  UserInput,
} from '../turns/turn.ts';
import { type Neutralise, neutraliseJson, neutraliserFor } from './control-tokens.ts';
import { type Framing, messageFramer } from './frame-messages.ts';
import { guardTags } from './guard-tags.ts';
import type { WireContent, WireMessage, WirePart } from './wire.ts';

/** Parts of a message before encoding: texts are not joined and not neutralised yet. */
export type ContentParts = readonly Part[];

/** The parts of the encoding that differ between dialects. Pure, because the result is cached per turn. */
export interface EncoderHooks {
  /** Encodes calls together with their results. */
  encodeExchange(calls: CallsTurn, results: ToolTurn): readonly DraftMessage[];
  /** Whether results are sent as text of the user, so that no input may look like a result. @default false */
  readonly wrapsResults?: boolean;
  /** Encodes a past answer. @default unchanged */
  encodeAnswer?(text: string): string;
}

/** A message before neutralising. */
export type DraftMessage =
  | { readonly role: 'user'; readonly content: ContentParts }
  | { readonly role: 'assistant'; readonly content: string }
  | Extract<WireMessage, { tool_calls: unknown }>
  | {
      readonly role: 'tool';
      readonly tool_call_id: string;
      readonly name?: string;
      readonly content: ContentParts;
    };

/** Encodes turns as wire messages. */
export type EncodeConversation = (
  turns: readonly Turn[],
  framing: Framing,
) => readonly WireMessage[];

/**
 * Makes the encoder that all dialects share. It places the instructions as the profile's turn rules require, encodes
 * several inputs as one message or as several, and neutralises control tokens. The messages of a turn are cached with
 * that turn; the messages of a conversation are cached with its first turn.
 */
export function conversationEncoder(
  profile: ModelProfile,
  hooks: EncoderHooks,
): EncodeConversation {
  const neutralise = neutraliserFor(profile);
  const isStrict = profile.turns.order === 'strict';
  const encoded = new WeakMap<Turn, EncodedTurn>();

  const encodeAt = (turns: readonly Turn[], index: number, framing: Framing) => {
    const turn = turns[index] as Turn;
    const before = turns[index - 1];
    const kept = encoded.get(turn);
    // Results do not contain their calls: the same results can answer other calls in another conversation.
    if (kept !== undefined && (turn.role !== 'tool' || kept.before === before)) {
      return kept.messages;
    }
    const messages = encodeTurn(turn, before, hooks, isStrict).map((draft) =>
      toWire(draft, neutralise, framing.imageUrl),
    );
    encoded.set(turn, { before, messages });
    return messages;
  };

  const replayed = profile.reasoning?.replay === 'open-turn' ? onlyInOpenTurn() : undefined;
  const frame = messageFramer(profile, neutralise);
  const conversations = new PrefixCache<readonly WireMessage[]>();

  return (turns, framing) => {
    const [first] = turns;
    const past = first === undefined ? undefined : conversations.recall(first, turns);
    const messages = past?.value.slice() ?? [];
    for (let index = past?.length ?? 0; index < turns.length; index++) {
      for (const message of encodeAt(turns, index, framing)) messages.push(message);
    }
    if (first !== undefined) conversations.keep(first, turns, messages);
    return frame(replayed?.(messages) ?? messages, framing);
  };
}

interface EncodedTurn {
  readonly before: Turn | undefined;
  readonly messages: readonly WireMessage[];
}

/** Inputs that arrived while tools ran, wrapped so that they can follow a result in the same message. */
export function formatInputs(inputs: NonEmpty<UserInput> | undefined): ContentParts {
  if (inputs === undefined) return [];
  const open: Part = { type: 'text', text: '<user_input>' };
  const close: Part = { type: 'text', text: '</user_input>' };
  return inputs.flatMap(({ parts }) => [open, ...parts.map(guardPart), close]);
}

/** The parts of a result that are sent to the model. A text longer than `maxChars` loses its middle. */
export function formatResult({ callId, parts, maxChars }: ToolResult): readonly Part[] {
  if (parts.length === 0) return [{ type: 'text', text: '(no output)' }];
  return parts.map((part) => {
    if (part.type !== 'text') return part;
    const text = part.text === '' ? '(no output)' : part.text;
    return { type: 'text', text: cap(guardTags(text), maxChars, callId) };
  });
}

function guardPart(part: Part): Part {
  return part.type === 'text' ? { ...part, text: guardTags(part.text) } : part;
}

function cap(text: string, maxChars: number | undefined, callId: string): string {
  if (maxChars === undefined || text.length <= maxChars) return text;
  const head = Math.ceil(maxChars / 2);
  const tail = text.length - (maxChars - head);
  const note = `[… characters ${head} to ${tail} of result "${callId}" were left out; call read_result to read them …]`;
  return `${text.slice(0, head)}\n${note}\n${text.slice(tail)}`;
}

function encodeTurn(
  turn: Turn,
  before: Turn | undefined,
  hooks: EncoderHooks,
  isStrict: boolean,
): readonly DraftMessage[] {
  switch (turn.role) {
    case 'user': {
      const inputs = turn.inputs.map(({ parts }) =>
        isStrict || hooks.wrapsResults === true ? parts.map(guardPart) : parts,
      );
      return isStrict
        ? [{ role: 'user', content: inputs.flat() }]
        : inputs.map((content) => ({ role: 'user', content }));
    }
    case 'assistant':
      return turn.kind === 'text'
        ? [{ role: 'assistant', content: hooks.encodeAnswer?.(turn.text) ?? turn.text }]
        : [];
    case 'tool':
      return before?.role === 'assistant' && before.kind === 'calls'
        ? hooks.encodeExchange(before, turn)
        : [];
  }
}

function toWire(
  draft: DraftMessage,
  neutralise: Neutralise,
  imageUrl: (image: ImageRef) => string,
): WireMessage {
  if ('tool_calls' in draft) {
    return {
      ...neutraliseReasoning(draft, neutralise),
      tool_calls: draft.tool_calls.map((call) => {
        const input = neutraliseJsonText(call.function.arguments, neutralise);
        const isClean = input === call.function.arguments;
        return isClean ? call : { ...call, function: { ...call.function, arguments: input } };
      }),
    };
  }
  if (draft.role === 'assistant') return { ...draft, content: neutralise(draft.content) };
  return { ...draft, content: toContent(draft.content, neutralise, imageUrl) };
}

type CallsMessage = Extract<WireMessage, { tool_calls: unknown }>;

function neutraliseReasoning(message: CallsMessage, neutralise: Neutralise): CallsMessage {
  const { reasoning, reasoning_content } = message;
  if (reasoning === undefined && reasoning_content === undefined) return message;
  return {
    ...message,
    ...(reasoning !== undefined && { reasoning: neutralise(reasoning) }),
    ...(reasoning_content !== undefined && { reasoning_content: neutralise(reasoning_content) }),
  };
}

/** Removes the reasoning of calls before the last message of the user, as the chat templates do. */
function onlyInOpenTurn(): (messages: readonly WireMessage[]) => readonly WireMessage[] {
  const withoutReasoning = memoize((message: CallsMessage): WireMessage => {
    const { reasoning: _reasoning, reasoning_content: _content, ...rest } = message;
    return rest;
  });
  return (messages) => {
    const open = messages.findLastIndex(({ role }) => role === 'user');
    return messages.map((message, place) =>
      place < open && 'tool_calls' in message ? withoutReasoning(message) : message,
    );
  };
}

/** A token that contains a quote (Gemma 4) is escaped in JSON text and becomes whole again when the server parses it. */
function neutraliseJsonText(json: string, neutralise: Neutralise): string {
  // JSON text without an escape shows every character of its strings.
  if (!json.includes('\\') && neutralise(json) === json) return json;
  return JSON.stringify(neutraliseJson(JSON.parse(json), neutralise));
}

function toContent(
  content: ContentParts,
  neutralise: Neutralise,
  imageUrl: (image: ImageRef) => string,
): WireContent {
  const parts: WirePart[] = [];
  let text: string[] = [];
  const closeText = () => {
    if (text.length > 0) parts.push({ type: 'text', text: neutralise(text.join('\n')) });
    text = [];
  };
  for (const part of content) {
    if (part.type === 'text') {
      text.push(part.text);
    } else {
      closeText();
      parts.push({ type: 'image_url', image_url: { url: imageUrl(part.image) } });
    }
  }
  closeText();
  const only = parts.length === 1 ? parts[0] : undefined;
  return only?.type === 'text' ? only.text : parts;
}
