import type { WireBody, WireContent, WireMessage, WireTool } from '../dialect/wire.ts';
import type { ModelProfile } from '../profile/model-profile.ts';

/** Characters that a message costs beside its content: the turn tokens of a chat template. */
const messageOverhead = 16;

/** Estimates the tokens of a prompt: characters per token, and the profile's price of an image. */
export type EstimatePrompt = (body: WireBody) => number;

/** Makes the estimator of a profile. Each message is measured once and kept with the message. */
export function promptEstimator(profile: ModelProfile): EstimatePrompt {
  const measured = new WeakMap<object, Size>();
  const remember = <Key extends object>(key: Key, measure: (key: Key) => Size): Size => {
    const known = measured.get(key);
    if (known !== undefined) return known;
    const size = measure(key);
    measured.set(key, size);
    return size;
  };
  return ({ messages, tools }) => {
    let chars = 0;
    let images = 0;
    for (const message of messages) {
      const size = remember(message, measureMessage);
      chars += size.chars;
      images += size.images;
    }
    if (tools !== undefined) chars += remember(tools, measureTools).chars;
    return Math.ceil(chars / profile.charsPerToken) + images * (profile.images?.tokens ?? 0);
  };
}

interface Size {
  readonly chars: number;
  readonly images: number;
}

function measureMessage(message: WireMessage): Size {
  if ('tool_calls' in message) {
    const chars = message.tool_calls
      .map((call) => call.function.name.length + call.function.arguments.length)
      .reduce((sum, each) => sum + each, messageOverhead);
    return { chars, images: 0 };
  }
  return measureContent(message.content);
}

function measureContent(content: WireContent): Size {
  if (typeof content === 'string') return { chars: content.length + messageOverhead, images: 0 };
  let chars = messageOverhead;
  let images = 0;
  for (const part of content) {
    if (part.type === 'text') chars += part.text.length;
    else images += 1;
  }
  return { chars, images };
}

function measureTools(tools: readonly WireTool[]): Size {
  return { chars: JSON.stringify(tools).length, images: 0 };
}
