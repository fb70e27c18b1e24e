import { TurnwiseError } from '../errors.ts';

/** The error for an image that is larger than `maxBytes`. */
export function tooManyBytes(name: string, size: number, maxBytes: number): TurnwiseError {
  return new TurnwiseError(
    'invalid_image',
    `${name} has ${size} bytes or more; the limit is ${maxBytes}. Use a smaller image, or increase images.maxBytes.`,
  );
}
