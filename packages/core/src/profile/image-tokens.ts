import type { ImageRules } from './model-profile.ts';

/** Size of an image, in pixels. */
export interface ImageSize {
  readonly width: number;
  readonly height: number;
}

/** Tokens of an image by the rules of a profile; 0 without rules. */
export function imageTokens(rules: ImageRules | undefined, size: ImageSize): number {
  if (rules === undefined) return 0;
  const crops = rules.panAndScan ? countCrops(size) : 0;
  if (crops === 0) return rules.tokens;
  return rules.tokens * (crops + 1) + captionTokens + crops;
}

/** "Here is the original image … and here are some crops to help you see better …"; each crop adds a space. */
const captionTokens = 16;

const minRatio = 1.2;
const minCropSide = 256;
const maxCrops = 4;

/** Pan-and-scan: the model also gets crops along the longer side of a long image (transformers, image_processing_gemma3.py). */
function countCrops({ width, height }: ImageSize): number {
  const long = Math.max(width, height);
  const short = Math.min(width, height);
  if (long / short < minRatio) return 0;
  const wanted = Math.min(Math.floor(long / minCropSide), Math.floor(long / short + 0.5));
  const crops = Math.min(maxCrops, Math.max(2, wanted));
  return Math.min(Math.ceil(long / crops), short) < minCropSide ? 0 : crops;
}
