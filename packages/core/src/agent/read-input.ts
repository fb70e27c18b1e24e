import { TurnwiseError } from '../errors.ts';
import { type ImageSource, type SortedSource, sortImageSource } from '../images/image-source.ts';
import type { ReadImage } from '../images/read-image.ts';
import { isNonEmpty, type NonEmpty } from '../json.ts';
import type { Part, TextPart, UserInput } from '../turns/turn.ts';

/** An image in an input. */
export interface InputImage {
  readonly type: 'image';
  readonly image: ImageSource;
}

/** The input of a run: text, or a list of texts and images. */
export type AgentInput = string | NonEmpty<TextPart | InputImage>;

/** A checked input whose images are not read yet. */
export type DraftInput = NonEmpty<TextPart | DraftImage>;

interface DraftImage {
  readonly type: 'image';
  readonly source: SortedSource;
}

/** Checks an input without reading its images. Throws `invalid_options` if it is empty or not an input. */
export function draftInput(input: AgentInput): DraftInput {
  const given: unknown = typeof input === 'string' ? [{ type: 'text', text: input }] : input;
  if (!Array.isArray(given)) {
    throw invalid(explainWrongInput(given));
  }
  const parts = given.map(draftPart);
  const isEmpty = parts.every((part) => part.type === 'text' && part.text.trim() === '');
  if (isEmpty || !isNonEmpty(parts)) throw invalid('The input is empty. Pass a text or an image.');
  return parts;
}

/** Reads the images of an input; without images it returns the input, not a promise. Rejects with the errors of `readImage`. */
export function readInput(
  draft: DraftInput,
  readImage: ReadImage,
  signal: AbortSignal,
): UserInput | Promise<UserInput> {
  return isText(draft) ? { parts: draft } : readParts(draft, readImage, signal);
}

function isText(draft: DraftInput): draft is NonEmpty<TextPart> {
  return draft.every(({ type }) => type === 'text');
}

async function readParts(
  draft: DraftInput,
  readImage: ReadImage,
  signal: AbortSignal,
): Promise<UserInput> {
  const read = async (part: TextPart | DraftImage): Promise<Part> =>
    part.type === 'text' ? part : { type: 'image', image: await readImage(part.source, signal) };
  const [first, ...others] = draft;
  return { parts: [await read(first), ...(await Promise.all(others.map(read)))] };
}

const messagesInsteadOfInput =
  'The input is a list of messages. Pass only the new input, and the messages before it as an option: agent.run(input, { transcript: Transcript.repair(messages).transcript }).';

function explainWrongInput(given: unknown): string {
  const { messages, role, type, prompt, input } = Object(given) as Record<string, unknown>;
  if (messages !== undefined || role !== undefined) return messagesInsteadOfInput;
  if (type !== undefined) return 'The input is one part. Pass a list of parts: [part].';
  if (prompt !== undefined || input !== undefined) {
    return 'The input is an object. Pass the text itself: agent.run("Hello", { … }).';
  }
  return 'The input is missing or of the wrong type. Pass a string or a list of parts.';
}

function draftPart(part: unknown): TextPart | DraftImage {
  const { type, text, image, role } = Object(part) as Record<string, unknown>;
  if (type === 'text' && typeof text === 'string') return { type, text };
  const source = type === 'image' ? sortImageSource(image) : undefined;
  if (source !== undefined) return { type: 'image', source };
  if (role !== undefined) throw invalid(messagesInsteadOfInput);
  throw invalid(
    'A part of the input is neither { type: "text", text } nor { type: "image", image } with a path, bytes, a URL or an image of a conversation.',
  );
}

function invalid(message: string): TurnwiseError {
  return new TurnwiseError('invalid_options', message);
}
