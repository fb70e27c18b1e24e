import { TurnwiseError } from '../errors.ts';
import type { NetGuard } from '../net/net-guard.ts';

/** What an agent does with the images of its inputs. Images that tools return are not touched. */
export interface ImageOptions {
  /** Bytes of one image at most. @default 20971520 */
  readonly maxBytes?: number;
  /** Pixels of one image at most, width by height. @default 50000000 */
  readonly maxPixels?: number;
  /**
   * How images are made smaller before they join the conversation; anything but `none` needs the library `sharp`.
   * `scale`: scaled down to `maxSide`, in their own shape. `pad`: the same, and made square with a white border, which costs
   * the least tokens on Gemma 3: servers with pan-and-scan cut longer images into crops that cost again. @default 'none'
   */
  readonly fit?: 'none' | 'pad' | 'scale';
  /** Pixels of the longest side after `pad` or `scale`. @default 896, which is what Gemma 3 sees */
  readonly maxSide?: number;
  /** Fetches images that are given by URL. @default createNetGuard(): the public internet only */
  readonly guard?: NetGuard;
}

/** The bounds of images, filled in. */
export type ImageLimits = Required<Pick<ImageOptions, 'maxBytes' | 'maxPixels'>>;

/** The bounds that options name, or the default ones. */
export function imageLimits({ maxBytes, maxPixels }: ImageOptions): ImageLimits {
  return { maxBytes: maxBytes ?? 20 * 1024 * 1024, maxPixels: maxPixels ?? 50_000_000 };
}

/** Throws `invalid_options` for options that cannot work. */
export function checkImageOptions(options: ImageOptions): void {
  for (const name of ['maxBytes', 'maxPixels', 'maxSide'] as const) {
    const value = options[name];
    if (value !== undefined && !(Number.isInteger(value) && value >= 1)) {
      throw invalid(`images.${name} is ${value}; it must be a whole number of at least 1.`);
    }
  }
  const { fit = 'none', maxSide, guard } = options;
  if (!['none', 'pad', 'scale'].includes(fit)) {
    throw invalid(`images.fit is "${fit}"; it must be "none", "pad" or "scale".`);
  }
  if (maxSide !== undefined && fit === 'none') {
    throw invalid('images.maxSide does nothing alone; set images.fit to "pad" or "scale" too.');
  }
  if (guard !== undefined && typeof guard.fetch !== 'function') {
    throw invalid('images.guard is no network guard; make one with createNetGuard({ … }).');
  }
}

function invalid(message: string): TurnwiseError {
  return new TurnwiseError('invalid_options', message);
}
