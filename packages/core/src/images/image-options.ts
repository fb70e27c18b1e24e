import { TurnwiseError } from '../errors.ts';
import type { NetGuard } from '../net/net-guard.ts';
import { type CompleteOptions, type OptionChecks, option } from '../options.ts';

/** How an agent reads the images of its inputs and of the results of its tools. */
export interface ImageOptions {
  /** The maximum size of one image, in bytes. @default 20971520 */
  readonly maxBytes?: number | undefined;
  /** The maximum size of one image, in pixels: width × height. @default 50000000 */
  readonly maxPixels?: number | undefined;
  /**
   * How images are scaled down before they are added to the conversation; `scale` and `pad` need the library `sharp`.
   * `scale`: down to `maxSide`, with the same proportions. `pad`: the same, and made square with a white border. A square
   * costs the fewest tokens on Gemma 3, because servers with pan-and-scan cut other images into crops that cost tokens too.
   * @default 'none'
   */
  readonly fit?: 'none' | 'pad' | 'scale' | undefined;
  /** The maximum length of a side after `scale` or `pad`, in pixels. @default 896, the resolution of Gemma 3 */
  readonly maxSide?: number | undefined;
  /** Fetches images that are given as a URL. @default createNetGuard(): the public internet only */
  readonly guard?: NetGuard | undefined;
}

/** The limits of an image, with defaults. */
export type ImageLimits = CompleteOptions<Pick<ImageOptions, 'maxBytes' | 'maxPixels'>>;

/** The limits in the options, or the defaults. */
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
