import { TurnwiseError } from '../errors.ts';
import { type ImageSource, type SortedSource, sortImageSource } from '../images/image-source.ts';
import type { ReadImage } from '../images/read-image.ts';
import { isNonEmpty, type NonEmpty } from '../json.ts';
import type { Part, TextPart, UserInput } from '../turns/turn.ts';

/** An image that a user shows. */
export interface InputImage {
  readonly type: 'image';
  readonly image: ImageSource;
}

/** What a user says to an agent: text, or text and images. */
export type AgentInput = string | NonEmpty<TextPart | InputImage>;

/** An input whose images were not read yet. */
export type DraftInput = NonEmpty<TextPart | DraftImage>;

interface DraftImage {
  readonly type: 'image';
  readonly source: SortedSource;
}

/** Checks an input, without a look at its images. Throws `invalid_options` for one that is empty or no input. */
export function draftInput(input: AgentInput): DraftInput {
  const said: readonly unknown[] =
    typeof input === 'string' ? [{ type: 'text', text: input }] : Array.isArray(input) ? input : [];
  const parts = said.map(draftPart);
  const isEmpty = parts.every((part) => part.type === 'text' && part.text.trim() === '');
  if (isEmpty || !isNonEmpty(parts)) {
    throw new TurnwiseError('invalid_options', 'The input is empty; pass text or an image.');
  }
  return parts;
}

/** Reads the images of an input; one without any is ready at once. Rejects with what `readImage` throws. */
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

function draftPart(part: unknown): TextPart | DraftImage {
  const { type, text, image } = Object(part) as Record<string, unknown>;
  if (type === 'text' && typeof text === 'string') return { type, text };
  const source = type === 'image' ? sortImageSource(image) : undefined;
  if (source !== undefined) return { type: 'image', source };
  throw new TurnwiseError(
    'invalid_options',
    'A part of the input is neither { type: "text", text } nor { type: "image", image } with a path, bytes, a URL or an image of a conversation.',
  );
}
