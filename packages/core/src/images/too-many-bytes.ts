import { TurnwiseError } from '../errors.ts';

/** The error for an image that is larger than the agent takes. Sizes in bytes. */
export function tooManyBytes(name: string, size: number, maxBytes: number): TurnwiseError {
  return new TurnwiseError(
    'invalid_image',
    `${name} has ${size} bytes or more, and at most ${maxBytes} are taken; make it smaller, or raise images.maxBytes.`,
  );
}
