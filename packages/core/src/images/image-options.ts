import { TurnwiseError } from '../errors.ts';
import type { NetGuard } from '../net/net-guard.ts';
import { type OptionChecks, option } from '../options.ts';

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

/** The checks of each option. */
export const imageOptionChecks: OptionChecks<ImageOptions> = {
  maxBytes: option.whole(1),
  maxPixels: option.whole(1),
  fit: option.oneOf('none', 'pad', 'scale'),
  maxSide: option.whole(1),
  guard: option.methods('a network guard, such as createNetGuard({ … })', 'fetch'),
};

/** Throws `invalid_options` for `maxSide` without `fit`. */
export function requireFit({ fit = 'none', maxSide }: ImageOptions): void {
  if (maxSide === undefined || fit !== 'none') return;
  throw new TurnwiseError(
    'invalid_options',
    'images.maxSide has no effect without images.fit. Set images.fit to "pad" or "scale".',
  );
}
