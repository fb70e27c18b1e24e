import { TurnwiseError, toError } from '../errors.ts';
import { describeImage } from '../turns/image.ts';
import type { ImageRef } from '../turns/turn.ts';
import { type ImageOptions, imageLimits } from './image-options.ts';

/** An image with its bytes. */
export interface HeldImage {
  readonly image: ImageRef;
  readonly bytes: Uint8Array;
  /** Says in errors which image it is. */
  readonly name: string;
}

/**
 * An image scaled down, or made square, as the options want it; the image itself where it is so already. A GIF becomes a
 * PNG of its first picture. Throws `invalid_options` where `sharp` is not installed, `invalid_image` where it cannot decode.
 */
export async function fitImage(held: HeldImage, options: ImageOptions): Promise<HeldImage> {
  const { fit = 'none', maxSide = 896 } = options;
  const { width, height, mediaType } = held.image;
  const side = Math.min(maxSide, Math.max(width, height));
  const isSmall = Math.max(width, height) <= maxSide;
  if (fit === 'none' || (isSmall && (fit === 'scale' || width === height))) return held;
  const sharp = await loadSharp();
  try {
    const fitted = await sharp(held.bytes, { limitInputPixels: imageLimits(options).maxPixels })
      // What a camera says of the way up is not written again, so that it must be done now.
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
      'images.fit needs the library sharp, which is not installed here: npm install sharp.',
      { cause: thrown },
    );
  }
}
