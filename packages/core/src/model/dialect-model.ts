import type { Dialect, ParsedReply, Prompt, ReplyParser } from '../dialect/dialect.ts';
import { checkWireMessages } from '../dialect/gate.ts';
import type { RawReply, Usage, WireBody } from '../dialect/wire.ts';
import type { JsonObject } from '../json.ts';
import { imageTokens } from '../profile/image-tokens.ts';
import type { DialectName, ModelProfile } from '../profile/model-profile.ts';
import { isPromiseLike } from '../promise-like.ts';
import { isThinkingOff } from '../transport/requested-reply.ts';
import type { Transport, TransportEvent } from '../transport/transport.ts';
import { promptEstimator } from './estimate-prompt.ts';
import { followsSignal } from './follows-signal.ts';
import { type LoadedImages, loadImages } from './load-images.ts';
import type {
  Model,
  ModelProgress,
  ModelReply,
  ModelRequest,
  ModelSettings,
  RequestPrepared,
} from './model.ts';

/** The parts of a model. */
export interface DialectModelParts {
  readonly transport: Transport;
  readonly profile: ModelProfile;
  readonly dialect: Dialect;
  /** Fields for every request of a conversation, such as a `cache_salt`. */
  readonly conversationFields?: (conversationId: string) => JsonObject;
}

/** A model that encodes requests in one dialect and sends them over a transport, after a check of the message order. */
export function dialectModel(parts: DialectModelParts): Model {
  const { transport, profile, dialect, conversationFields } = parts;
  const estimate = promptEstimator(profile);
  return {
    id: transport.model,
    checkTools: (tools) => dialect.checkTools(tools),
    learnProfile: () => profile,
    imageTokens: (image) => imageTokens(profile.images, image),
    request: followsSignal(async function* (request, signal) {
      const loading = loadImages(request.transcript.turns, request.blobs, {
        signal,
        totalMs: transport.totalMs,
      });
      const images = isPromiseLike(loading) ? await loading : loading;
      const extraBody = mergeFields(
        conversationFields?.(request.conversationId),
        request.settings.extraBody,
      );
      const prompt = toPrompt(request, images, mergeFields(transport.extraBody, extraBody));
      const body = withSettings(dialect.encode(prompt), request.settings, profile);
      checkWireMessages(body.messages, profile.turns);
      const estimatedTokens = request.estimatedTokens ?? estimate(body, images.imageAt);
      yield describePrepared(request, body, { dialect: dialect.name, estimatedTokens });
      const reply = new ReplyInProgress(() => dialect.createParser(prompt));
      const events = transport.send(
        {
          body,
          extraBody,
          stream: isStreamed(request, body, profile),
          streamOptions: profile.streamOptions,
        },
        signal,
      );
      let next: IteratorResult<TransportEvent, RawReply> | undefined;
      try {
        for (next = await events.next(); next.done !== true; next = await events.next()) {
          for (const progress of reply.take(next.value)) yield progress;
        }
      } finally {
        // A caller that stops early ends the request; there is no reply to return.
        if (next?.done !== true) await events.return(undefined as never);
      }
      const finished = reply.finish(next.value);
      for (const delta of finished.deltas) yield delta;
      return toReply(finished.parsed, finished.reply, { profile, dialect: dialect.name });
    }),
  };
}

function describePrepared(
  { tools, observesMessages = false }: ModelRequest,
  { messages }: WireBody,
  { dialect, estimatedTokens }: Pick<RequestPrepared, 'dialect' | 'estimatedTokens'>,
): RequestPrepared {
  return {
    type: 'request-prepared',
    dialect,
    estimatedTokens,
    messages: messages.length,
    tools: tools?.length ?? 0,
    // The run freezes its events, and the body is still needed.
    ...(observesMessages && { prompt: structuredClone(messages) }),
  };
}

/** Parses one reply, with a new parser after each restart of its stream. */
class ReplyInProgress {
  readonly #createParser: () => ReplyParser;
  #parser: ReplyParser;

  constructor(createParser: () => ReplyParser) {
    this.#createParser = createParser;
    this.#parser = createParser();
  }

  take(event: TransportEvent): readonly ModelProgress[] {
    if (event.type === 'delta') return this.#parser.push(event.delta);
    if (event.type === 'stream-restarted') this.#parser = this.#createParser();
    return [event];
  }

  finish(reply: RawReply): ReturnType<ReplyParser['finish']> {
    const finished = this.#parser.finish(reply);
    if (reply.fixes === undefined) return finished;
    const { parsed } = finished;
    return { ...finished, parsed: { ...parsed, fixes: [...reply.fixes, ...parsed.fixes] } };
  }
}

function toPrompt(
  request: ModelRequest,
  { urlOf }: LoadedImages,
  extraBody: JsonObject | undefined,
): Prompt {
  const { instructions, reminder = '', transcript } = request;
  const { turns } = transcript;
  const isOff = extraBody !== undefined && isThinkingOff(extraBody);
  // Objects that are copied with a spread take several times the memory.
  if (request.phase === 'act') {
    const { tools, toolChoice, excludedTools = none, callableTools } = request;
    const { finalSchema, answersInForm = false, minCalls = 1 } = request;
    return {
      phase: 'act',
      instructions,
      reminder,
      turns,
      imageUrl: urlOf,
      isThinkingOff: isOff,
      tools,
      toolChoice,
      excludedTools,
      minCalls,
      callableTools,
      finalSchema,
      answersInForm,
    };
  }
  const { withheldTools, keepsToolText = false, output } = request;
  return {
    phase: 'answer',
    instructions,
    reminder,
    turns,
    imageUrl: urlOf,
    isThinkingOff: isOff,
    withheldTools,
    keepsToolText,
    ...(output === undefined ? {} : { output }),
  };
}

const none: readonly string[] = [];

function isStreamed({ stream }: ModelRequest, { tools }: WireBody, profile: ModelProfile): boolean {
  const { alwaysStreams = false, streaming = true, toolStreaming = true } = profile;
  return (stream || alwaysStreams) && streaming && (tools === undefined || toolStreaming);
}

function withSettings(body: WireBody, settings: ModelSettings, profile: ModelProfile): WireBody {
  const { temperature, topP, maxOutputTokens, stop = [], seed } = settings;
  const stops = [...(body.stop ?? []), ...stop];
  // Each copy made by a spread would get a hidden class of its own from the fields that are added.
  const set: { -readonly [Field in keyof WireBody]: WireBody[Field] } = Object.assign({}, body);
  if (temperature !== undefined) set.temperature = temperature;
  if (topP !== undefined) set.top_p = topP;
  if (maxOutputTokens !== undefined) set[profile.maxTokensField ?? 'max_tokens'] = maxOutputTokens;
  if (stops.length > 0) set.stop = stops;
  if (seed !== undefined) set.seed = seed;
  for (const field of profile.omittedFields ?? []) {
    // A forced call has no other form in this dialect; a refusal of the server is reported.
    if (field !== 'tool_choice' || set.tool_choice === 'auto') delete set[field];
  }
  return set;
}

function mergeFields(
  fields: JsonObject | undefined,
  others: JsonObject | undefined,
): JsonObject | undefined {
  return fields === undefined || others === undefined
    ? (fields ?? others)
    : { ...fields, ...others };
}

/** Ignores counts that are far above the context window, which no request can have used. */
function plausibleUsage(usage: Usage, { contextWindow }: ModelProfile): Usage {
  const isPlausible = usage.inputTokens + usage.outputTokens <= contextWindow * farAbove;
  return isPlausible ? usage : noUsage;
}

/** The context window of a profile may be smaller than that of the server. */
const farAbove = 20;

const noUsage: Usage = { inputTokens: 0, outputTokens: 0, cachedInputTokens: 0 };

function toReply(
  parsed: ParsedReply,
  raw: RawReply,
  { profile, dialect }: { readonly profile: ModelProfile; readonly dialect: DialectName },
): ModelReply {
  const sendsBack = profile.reasoning?.replay === 'open-turn' && parsed.kind === 'calls';
  return {
    parsed,
    raw,
    usage: plausibleUsage(raw.usage ?? noUsage, profile),
    finishReason: raw.finishReason,
    profile: profile.id,
    dialect,
    // It names the profile to which the reasoning of the turn may be sent.
    ...(sendsBack && raw.reasoning !== '' && { provider: { profile: profile.id, data: {} } }),
    ...(dialect === 'guided' && { grammar: 'used' }),
    ...(dialect === 'guided' && profile.guidedExample === true && { needsValueChecks: true }),
  };
}
