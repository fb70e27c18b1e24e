import { TurnwiseError } from '../errors.ts';
import { isNonEmpty, type NonEmpty } from '../json.ts';
import type { BlobStore } from '../turns/blob-store.ts';
import { decodeDataUrl, describeImage } from '../turns/image.ts';
import type { Part, TextPart, UserInput } from '../turns/turn.ts';

/** An image that a user shows: its bytes, or a `data:` URL. */
export interface InputImage {
  readonly type: 'image';
  readonly image: Uint8Array | string;
}

/** What a user says to an agent: text, or text and images. */
export type AgentInput = string | NonEmpty<TextPart | InputImage>;

/**
 * Reads an input; images go to the blob store. Throws `invalid_options` for an empty input and `invalid_image` for an
 * image that is none.
 */
export function readInput(input: AgentInput, blobs: BlobStore): UserInput {
  const said: readonly (TextPart | InputImage)[] =
    typeof input === 'string' ? [{ type: 'text', text: input }] : input;
  const parts: readonly Part[] = said.map((part) =>
    part.type === 'image' ? readImage(part, blobs) : part,
  );
  const isEmpty = parts.every((part) => part.type === 'text' && part.text.trim() === '');
  if (isEmpty || !isNonEmpty(parts)) {
    throw new TurnwiseError('invalid_options', 'The input is empty; pass text or an image.');
  }
  return { parts };
}

function readImage({ image }: InputImage, blobs: BlobStore): Part {
  const bytes = typeof image === 'string' ? decodeDataUrl(image) : image;
  const reference = describeImage(bytes);
  blobs.put(reference.sha256, bytes);
  return { type: 'image', image: reference };
}
