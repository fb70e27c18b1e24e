import { TurnwiseError, toError } from '../errors.ts';
import { describeImage, orientationOf } from '../turns/image.ts';
import type { ImageRef } from '../turns/turn.ts';
import { type ImageOptions, imageLimits } from './image-options.ts';

/** An image with its bytes. */
export interface HeldImage {
  readonly image: ImageRef;
  readonly bytes: Uint8Array;
  /** The name of the image in messages. */
  readonly name: string;
}

/**
 * Scales an image down or makes it square, as the options require, and turns it upright if a camera stored it turned (EXIF
 * orientation): servers do not. Returns the same image if it fits already. A GIF
 * becomes a PNG of its first picture. Throws `invalid_options` if `sharp` is not installed, and `invalid_image` if it
 * cannot decode the image.
 */
export async function fitImage(held: HeldImage, options: ImageOptions): Promise<HeldImage> {
  const { fit = 'none', maxSide = 896 } = options;
  const { width, height, mediaType } = held.image;
  const side = Math.min(maxSide, Math.max(width, height));
  const isSmall = Math.max(width, height) <= maxSide;
  const isUpright = orientationOf(held.bytes) === 1;
  const isFitting = isSmall && isUpright && (fit === 'scale' || width === height);
  if (fit === 'none' || isFitting) return held;
  const sharp = await loadSharp();
  try {
    const fitted = await sharp(held.bytes, { limitInputPixels: imageLimits(options).maxPixels })
      // sharp does not copy the orientation that a camera has stored, so the image is rotated now.
      .rotate()
      .resize({
        width: side,
        height: side,
        fit: fit === 'pad' ? 'contain' : 'inside',
        background: 'white',
      })
      .toFormat(formats.get(mediaType) ?? 'png')
      .toBuffer();
    return { ...held, bytes: fitted, image: describeImage(fitted, held) };
  } catch (thrown) {
    throw new TurnwiseError(
      'invalid_image',
      `${held.name} cannot be decoded: ${toError(thrown).message}`,
      { cause: thrown },
    );
  }
}

const formats: ReadonlyMap<string, 'jpeg' | 'webp'> = new Map([
  ['image/jpeg', 'jpeg'],
  ['image/webp', 'webp'],
]);

async function loadSharp(): Promise<typeof import('sharp')['default']> {
  try {
    return (await import('sharp')).default;
  } catch (thrown) {
    throw new TurnwiseError(
      'invalid_options',
      'images.fit needs the library sharp, which is not installed. Run: npm install sharp',
      { cause: thrown },
    );
  }
}
