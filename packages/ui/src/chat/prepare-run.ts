import {
  type Agent,
  type AgentInput,
  type AgentRun,
  type ImageRef,
  type Session,
  type SessionPause,
  Transcript,
  type Turn,
} from '@turnwise/core';
import { type Decisions, runStateOf } from '@turnwise/core/model';
import type { AiUiChunk } from '../ai-ui/ai-ui-chunk.ts';
import { type AiUiMessage, type AiUiPart, toParts } from '../ai-ui/ai-ui-message.ts';
import type { AiUiOptions } from '../ai-ui/ai-ui-options.ts';
import {
  assistantId,
  type ConversationView,
  type StoredMessage,
  showPart,
  storedMessages,
  userId,
} from '../ai-ui/conversation.ts';
import { ChatError } from './chat-error.ts';
import type { ChatAction } from './read-action.ts';
import { readDecisions } from './read-decisions.ts';

/** A run that is ready to start, and what pages are shown of its conversation. */
export interface PreparedRun {
  start(): AgentRun<unknown>;
  /** How its events are shown. */
  readonly shown: AiUiOptions;
  /** The conversation before the run, with the new message of the user. */
  readonly messages: readonly AiUiMessage[];
  /** The earlier part of the message that the run continues. */
  readonly before: readonly AiUiChunk[];
  /** Whether the client that starts the run needs the earlier part too. */
  readonly isShownAgain: boolean;
}

/** What a run is prepared with. */
export interface RunParts {
  // The type of the context was checked by the handler.
  readonly agent: Agent<unknown, unknown>;
  readonly session: Session;
  readonly context: unknown;
  readonly openCalls: 'refuse' | 'cancel' | undefined;
  readonly view: ConversationView;
}

type InputPart = Exclude<AgentInput, string>[number];

interface Stored {
  readonly turns: readonly Turn[];
  readonly transcript: Transcript;
  readonly paused: SessionPause | undefined;
}

/** Reads the stored conversation and prepares what a request asks for. Throws a `ChatError` or a `TurnwiseError` if it cannot be done. */
export async function prepareRun(action: ChatAction, parts: RunParts): Promise<PreparedRun> {
  const { session } = parts;
  const { turns = [], notes: { paused } = {} } = (await session.store.load(session.id)) ?? {};
  const stored = { turns, paused, transcript: Transcript.fromJSON({ v: 1, turns }) };
  switch (action.kind) {
    case 'input':
      return prepareInput(action.input, stored, parts);
    case 'decisions':
      return await prepareDecisions(readDecisions(action, paused), stored, parts);
    case 'regenerate':
      return await prepareAgain(action.messageId, stored, parts);
  }
}

function prepareInput(input: AgentInput, stored: Stored, parts: RunParts): PreparedRun {
  const { agent, session, context, openCalls, view } = parts;
  const { turns, transcript, paused } = stored;
  // An input joins a turn that was not answered. Calls without a result are answered as cancelled first.
  const place = transcript.awaits === 'assistant' ? turns.length : turns.length + 1;
  return {
    start: () => agent.stream(input, { session, context, openCalls }),
    shown: { ...view, messageId: assistantId(place), firstTurn: place },
    messages: [
      ...storedMessages(turns, paused, view).map(toMessage),
      showInput(input, stored, view),
    ],
    before: [],
    isShownAgain: false,
  };
}

async function prepareDecisions(
  decisions: Decisions,
  { turns, paused }: Stored,
  { agent, session, context, view }: RunParts,
): Promise<PreparedRun> {
  // There is no decision without a pause.
  const { state, waiting } = paused as SessionPause;
  // Edited arguments that are not valid must leave the pause as it is.
  await agent.checkDecisions(state, decisions);
  const message = continued(storedMessages(turns, paused, view), turns.length);
  return {
    ...message,
    start: () => agent.resume(state, { session, decisions, context }),
    shown: { ...view, ...message.shown, waiting },
    isShownAgain: false,
  };
}

/** Answers the last message of the user again. */
async function prepareAgain(
  messageId: string | undefined,
  stored: Stored,
  parts: RunParts,
): Promise<PreparedRun> {
  const { turns, paused, transcript } = stored;
  const { agent, session, context, view } = parts;
  const messages = storedMessages(turns, paused, view);
  if (messages.slice(0, -1).some(({ id, role }) => role === 'assistant' && id === messageId)) {
    throw refused('Only the last answer can be made again.');
  }
  if (transcript.awaits === 'assistant') {
    const state = runStateOf(transcript, { conversationId: session.id });
    const message = continued(messages, turns.length);
    return {
      ...message,
      start: () => agent.resume(state, { session, context }),
      shown: { ...view, ...message.shown },
      isShownAgain: true,
    };
  }
  if (transcript.awaits === 'tool') throw refused('The last answer has calls without results.');
  const place = turns.findLastIndex(({ role }) => role === 'user');
  const turn = turns[place];
  const isJoined = turns.slice(place).some((each) => each.role === 'tool' && each.inputs);
  if (turn?.role !== 'user' || isJoined)
    throw refused('There is no answer that can be made again.');
  const kept = Transcript.of(turns.slice(0, place));
  if (kept.awaits !== 'user') throw refused('There is no answer that can be made again.');
  await session.replace(kept);
  const [first, ...others] = turn.inputs.flatMap((input) => input.parts);
  const rest = { turns: kept.turns, transcript: kept, paused: undefined };
  // An input has at least one part.
  return prepareInput([first, ...others] as AgentInput, rest, parts);
}

/** The message that a run continues: the last one if it is of the assistant, otherwise a new one. */
function continued(
  messages: readonly StoredMessage[],
  place: number,
): Pick<PreparedRun, 'messages' | 'before' | 'shown'> {
  const last = messages.at(-1);
  const isOfAssistant = last?.role === 'assistant';
  return {
    messages: messages.map(toMessage),
    before: isOfAssistant ? last.chunks : [],
    shown: { messageId: isOfAssistant ? last.id : assistantId(place), firstTurn: place },
  };
}

/** A stored message as a page gets it. */
export function toMessage(message: StoredMessage): AiUiMessage {
  const { id, role } = message;
  return { id, role, parts: role === 'user' ? message.parts : toParts(message.chunks) };
}

/** The message of an input that no turn contains yet. */
function showInput(
  input: AgentInput,
  { turns, transcript }: Stored,
  view: ConversationView,
): AiUiMessage {
  const parts = typeof input === 'string' ? [{ type: 'text' as const, text: input }] : input;
  const last = turns.at(-1);
  const joined = transcript.awaits === 'assistant' && last?.role !== 'assistant' ? last : undefined;
  const id =
    joined === undefined
      ? userId(turns.length, 0)
      : userId(turns.length - 1, joined.inputs?.length ?? 0);
  return { id, role: 'user', parts: parts.map((part) => showInputPart(part, view)) };
}

function showInputPart(part: InputPart, view: ConversationView): AiUiPart {
  if (part.type === 'text') return showPart(part, view);
  const { image } = part;
  // Inputs of requests are `data:` URLs, and those of the conversation are references.
  if (typeof image !== 'string') return showPart({ type: 'image', image: image as ImageRef }, view);
  return { type: 'file', mediaType: image.slice('data:'.length, image.search(/[;,]/)), url: image };
}

function refused(message: string): ChatError {
  return new ChatError('nothing_to_regenerate', message);
}
