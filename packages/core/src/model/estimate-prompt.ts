import type { WireBody, WireContent, WireMessage, WireTool } from '../dialect/wire.ts';
import { memoize } from '../memoize.ts';
import { imageTokens } from '../profile/image-tokens.ts';
import type { ImageRules, ModelProfile } from '../profile/model-profile.ts';
import type { ImageRef } from '../turns/turn.ts';
import type { LoadedImages } from './load-images.ts';

/** Characters of a message in addition to its content: the turn tokens of a chat template. */
const messageOverhead = 16;

/** Estimates the tokens of a prompt: by characters per token, and by the profile's rules for the size of each image. */
export type EstimatePrompt = (body: WireBody, imageAt: LoadedImages['imageAt']) => number;

/** Creates the estimator of a profile. Each message object is measured once. */
export function promptEstimator(profile: ModelProfile): EstimatePrompt {
  const sizeOf = memoize(measureMessage);
  const charsOf = memoize(countChars);
  return ({ messages, tools }, imageAt) => {
    let chars = tools === undefined ? 0 : charsOf(tools);
    let tokens = 0;
    for (const message of messages) {
      const size = sizeOf(message);
      chars += size.chars;
      for (const url of size.imageUrls) tokens += countImage(profile.images, imageAt(url));
    }
    return Math.ceil(chars / profile.charsPerToken) + tokens;
  };
}

interface Size {
  readonly chars: number;
  readonly imageUrls: readonly string[];
}

function countImage(rules: ImageRules | undefined, image: ImageRef | undefined): number {
  return image === undefined ? (rules?.tokens ?? 0) : imageTokens(rules, image);
}

function measureMessage(message: WireMessage): Size {
  if ('tool_calls' in message) {
    const chars = message.tool_calls
      .map((call) => call.function.name.length + call.function.arguments.length)
      .reduce((sum, each) => sum + each, messageOverhead);
    return { chars, imageUrls: [] };
  }
  return measureContent(message.content);
}

function measureContent(content: WireContent): Size {
  if (typeof content === 'string') {
    return { chars: content.length + messageOverhead, imageUrls: [] };
  }
  let chars = messageOverhead;
  const imageUrls: string[] = [];
  for (const part of content) {
    if (part.type === 'text') chars += part.text.length;
    else imageUrls.push(part.image_url.url);
  }
  return { chars, imageUrls };
}

function countChars(tools: readonly WireTool[]): number {
  return JSON.stringify(tools).length;
}
