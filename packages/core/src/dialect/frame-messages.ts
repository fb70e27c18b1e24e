import { memoizeLast } from '../memoize.ts';
import type { ModelProfile } from '../profile/model-profile.ts';
import type { ImageRef } from '../turns/turn.ts';
import type { Neutralise } from './control-tokens.ts';
import { guardTags } from './guard-tags.ts';
import { joinParagraphs } from './join-paragraphs.ts';
import type { WireContent, WireMessage } from './wire.ts';

/** The texts that are not turns, and how images are encoded. */
export interface Framing {
  /** Comes before the first turn. */
  readonly instructions: string;
  /** Comes after the last turn if the user wrote it or it is sent as text of the user, otherwise after the instructions. @default '' */
  readonly reminder?: string;
  readonly imageUrl: (image: ImageRef) => string;
  /** Messages between the instructions and the first turn; they alternate, and begin with the user. @default [] */
  readonly example?: readonly WireMessage[];
}

/** Makes the function that puts instructions, example and reminder around the messages of the turns. */
export function messageFramer(
  { turns }: ModelProfile,
  neutralise: Neutralise,
): (messages: readonly WireMessage[], framing: Framing) => readonly WireMessage[] {
  const placeInstructions =
    turns.system === 'message' ? asSystemMessage(neutralise) : inFirstMessage(neutralise);
  return (messages, { instructions, reminder = '', example = noMessages }) => {
    const reminded = addReminder(messages, neutralise(guardTags(reminder)));
    const opening = reminded.isPlaced ? instructions : joinParagraphs(instructions, reminder);
    const sent = example.length === 0 ? reminded.messages : [...example, ...reminded.messages];
    return opening === '' ? sent : placeInstructions(sent, opening);
  };
}

const noMessages: readonly WireMessage[] = [];

/** Adds the reminder to the last message if the user wrote it: after a result of the role `tool` it would be a part of the result. */
function addReminder(
  messages: readonly WireMessage[],
  reminder: string,
): { readonly messages: readonly WireMessage[]; readonly isPlaced: boolean } {
  const last = messages.at(-1);
  if (reminder === '') return { messages, isPlaced: true };
  if (last?.role !== 'user') return { messages, isPlaced: false };
  const content: WireContent =
    typeof last.content === 'string'
      ? `${last.content}\n\n${reminder}`
      : [...last.content, { type: 'text', text: reminder }];
  return { messages: [...messages.slice(0, -1), { ...last, content }], isPlaced: true };
}

/** Adds the instructions. Most requests have the instructions of the last request, so their message is cached. */
type PlaceInstructions = (
  messages: readonly WireMessage[],
  instructions: string,
) => readonly WireMessage[];

function asSystemMessage(neutralise: Neutralise): PlaceInstructions {
  let last: { readonly instructions: string; readonly message: WireMessage } | undefined;
  return (messages, instructions) => {
    if (last?.instructions !== instructions) {
      last = { instructions, message: { role: 'system', content: neutralise(instructions) } };
    }
    return [last.message, ...messages];
  };
}

function inFirstMessage(neutralise: Neutralise): PlaceInstructions {
  const addInstructions = memoizeLast(
    ({ content }: Extract<WireMessage, { role: 'user' }>, instructions: string): WireMessage => ({
      role: 'user',
      content: openContent(content, neutralise(instructions), neutralise),
    }),
  );
  return (messages, instructions) => {
    const [first, ...rest] = messages;
    return first?.role === 'user' ? [addInstructions(first, instructions), ...rest] : messages;
  };
}

function openContent(
  content: WireContent,
  instructions: string,
  neutralise: Neutralise,
): WireContent {
  if (typeof content === 'string') return neutralise(`${instructions}\n\n${content}`);
  const [part, ...others] = content;
  // A server may join two texts without a space, and a token could form across the border.
  return part?.type === 'text'
    ? [{ type: 'text', text: neutralise(`${instructions}\n\n${part.text}`) }, ...others]
    : [{ type: 'text', text: instructions }, ...content];
}
