import type { WireBody, WireContent, WireMessage, WireTool } from '../dialect/wire.ts';
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
  const measured = new WeakMap<object, Size>();
  const remember = <Key extends object>(key: Key, measure: (key: Key) => Size): Size => {
    const known = measured.get(key);
    if (known !== undefined) return known;
    const size = measure(key);
    measured.set(key, size);
    return size;
  };
  return ({ messages, tools }, imageAt) => {
    const tokensOf: TokensOf = (url) => countImage(profile.images, imageAt(url));
    let chars = 0;
    let tokens = 0;
    for (const message of messages) {
      const size = remember(message, (each) => measureMessage(each, tokensOf));
      chars += size.chars;
      tokens += size.imageTokens;
    }
    if (tools !== undefined) chars += remember(tools, measureTools).chars;
    return Math.ceil(chars / profile.charsPerToken) + tokens;
  };
}

interface Size {
  readonly chars: number;
  readonly imageTokens: number;
}

/** Tokens of the image at a URL. */
type TokensOf = (url: string) => number;

function countImage(rules: ImageRules | undefined, image: ImageRef | undefined): number {
  return image === undefined ? (rules?.tokens ?? 0) : imageTokens(rules, image);
}

function measureMessage(message: WireMessage, tokensOf: TokensOf): Size {
  if ('tool_calls' in message) {
    const chars = message.tool_calls
      .map((call) => call.function.name.length + call.function.arguments.length)
      .reduce((sum, each) => sum + each, messageOverhead);
    return { chars, imageTokens: 0 };
  }
  return measureContent(message.content, tokensOf);
}

function measureContent(content: WireContent, tokensOf: TokensOf): Size {
  if (typeof content === 'string') {
    return { chars: content.length + messageOverhead, imageTokens: 0 };
  }
  let chars = messageOverhead;
  let tokens = 0;
  for (const part of content) {
    if (part.type === 'text') chars += part.text.length;
    else tokens += tokensOf(part.image_url.url);
  }
  return { chars, imageTokens: tokens };
}

function measureTools(tools: readonly WireTool[]): Size {
  return { chars: JSON.stringify(tools).length, imageTokens: 0 };
}
