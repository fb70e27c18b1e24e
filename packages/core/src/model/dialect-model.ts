import type { Dialect, Heard, Prompt } from '../dialect/dialect.ts';
import { checkWireMessages } from '../dialect/gate.ts';
import type { RawReply, Usage, WireBody } from '../dialect/wire.ts';
import type { JsonObject } from '../json.ts';
import { imageTokens } from '../profile/image-tokens.ts';
import type { ModelProfile } from '../profile/model-profile.ts';
import { promptEstimator } from './estimate-prompt.ts';
import { type LoadedImages, loadImages } from './load-images.ts';
import type { Model, ModelReply, ModelRequest, ModelSettings, SpokenDialect } from './model.ts';
import type { Transport } from './transport.ts';

/** What a model is made of. */
export interface DialectModelParts {
  readonly transport: Transport;
  readonly profile: ModelProfile;
  readonly dialect: Dialect;
  /** Fields that every request of a conversation carries, such as a `cache_salt`. */
  readonly conversationFields?: (conversationId: string) => JsonObject;
}

/** A model that speaks a dialect over a transport. Nothing leaves that its gate does not pass. */
export function dialectModel(parts: DialectModelParts): Model {
  const { transport, profile, dialect, conversationFields } = parts;
  const estimate = promptEstimator(profile);
  return {
    id: transport.model,
    checkTools: (tools) => dialect.checkTools(tools),
    learnProfile: async () => profile,
    imageTokens: (image) => imageTokens(profile.images, image),
    async *request(request, signal) {
      const images = await loadImages(request.transcript.turns, request.blobs);
      const prompt = toPrompt(request, images);
      const body = withSettings(dialect.encode(prompt), request.settings);
      checkWireMessages(body.messages, profile.turns);
      yield {
        type: 'request-prepared',
        dialect: dialect.name,
        messages: body.messages.length,
        estimatedTokens: request.estimatedTokens ?? estimate(body, images.imageAt),
        tools: request.tools?.length ?? 0,
      };
      const extraBody = {
        ...conversationFields?.(request.conversationId),
        ...request.settings.extraBody,
      };
      let decoder = dialect.listen(prompt);
      const events = transport.send({ body, extraBody, stream: request.stream }, signal);
      for await (const event of events) {
        switch (event.type) {
          case 'delta':
            for (const delta of decoder.push(event.delta)) yield delta;
            break;
          case 'finished': {
            const { heard, deltas } = decoder.finish(event.reply);
            for (const delta of deltas) yield delta;
            return toReply(heard, event.reply, { profile: profile.id, dialect: dialect.name });
          }
          case 'stream-restarted':
            decoder = dialect.listen(prompt);
            yield event;
            break;
          case 'request-retried':
            yield event;
        }
      }
      throw new Error('The transport ended without a reply.');
    },
  };
}

function toPrompt(request: ModelRequest, { urlOf }: LoadedImages): Prompt {
  const { instructions, transcript } = request;
  const conversation = { instructions, turns: transcript.turns, imageUrl: urlOf };
  if (request.phase === 'act') {
    const { tools, toolChoice } = request;
    return { ...conversation, phase: 'act', tools, toolChoice };
  }
  const { withheldTools, output } = request;
  return {
    ...conversation,
    phase: 'answer',
    withheldTools,
    ...(output === undefined ? {} : { output }),
  };
}

function withSettings(body: WireBody, settings: ModelSettings): WireBody {
  const { temperature, topP, maxOutputTokens, stop = [], seed } = settings;
  const stops = [...(body.stop ?? []), ...stop];
  return {
    ...body,
    ...(temperature === undefined ? {} : { temperature }),
    ...(topP === undefined ? {} : { top_p: topP }),
    ...(maxOutputTokens === undefined ? {} : { max_tokens: maxOutputTokens }),
    ...(stops.length === 0 ? {} : { stop: stops }),
    ...(seed === undefined ? {} : { seed }),
  };
}

const noUsage: Usage = { inputTokens: 0, outputTokens: 0, cachedInputTokens: 0 };

function toReply(heard: Heard, raw: RawReply, spoken: SpokenDialect): ModelReply {
  return {
    heard,
    raw,
    usage: raw.usage ?? noUsage,
    finishReason: raw.finishReason,
    ...spoken,
  };
}
