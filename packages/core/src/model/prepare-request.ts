import type { Prompt } from '../dialect/dialect.ts';
import { checkWireMessages } from '../dialect/gate.ts';
import type { WireBody } from '../dialect/wire.ts';
import type { JsonObject } from '../json.ts';
import type { DialectName, ModelProfile } from '../profile/model-profile.ts';
import { isThinkingOff } from '../transport/requested-reply.ts';
import type { Transport, TransportRequest } from '../transport/transport.ts';
import type { Encoder } from './encoder.ts';
import type { LoadedImages } from './load-images.ts';
import type { ModelRequest, ModelSettings, RequestPrepared } from './model.ts';

/** A request that is ready to be sent, and its event. */
export interface PreparedRequest {
  readonly prompt: Prompt;
  readonly toSend: TransportRequest;
  readonly prepared: RequestPrepared;
}

/** Encodes a request for a server. Throws `TurnOrderError` if the messages are not in the order that the profile needs. */
export function prepareRequest(
  { profile, dialect, estimate }: Encoder,
  request: ModelRequest,
  { images, transport, ownFields }: PrepareOptions,
): PreparedRequest {
  const extraBody = mergeFields(ownFields, request.settings.extraBody);
  const prompt = toPrompt(request, images, mergeFields(transport.extraBody, extraBody));
  const body = withSettings(dialect.encode(prompt), request.settings, profile);
  checkWireMessages(body.messages, profile.turns);
  const estimatedTokens = request.estimatedTokens ?? estimate(body, images.imageAt);
  return {
    prompt,
    toSend: {
      body,
      extraBody,
      stream: isStreamed(request, body, profile),
      streamOptions: profile.streamOptions,
    },
    prepared: describePrepared(request, body, dialect.name, estimatedTokens),
  };
}

/** What a request needs in addition to its content. */
export interface PrepareOptions {
  readonly images: LoadedImages;
  readonly transport: Transport;
  readonly ownFields: JsonObject | undefined;
}

function describePrepared(
  { tools, observesMessages = false }: ModelRequest,
  { messages }: WireBody,
  dialect: DialectName,
  estimatedTokens: number,
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

/** The content of a request, for a dialect. */
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

/** Whether the reply to this body is streamed. */
function isStreamed({ stream }: ModelRequest, { tools }: WireBody, profile: ModelProfile): boolean {
  const { alwaysStreams = false, streaming = true, toolStreaming = true } = profile;
  return (stream || alwaysStreams) && streaming && (tools === undefined || toolStreaming);
}

/** The body with the settings of the request. */
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

/** The fields of both; those of `others` win. */
function mergeFields(
  fields: JsonObject | undefined,
  others: JsonObject | undefined,
): JsonObject | undefined {
  return fields === undefined || others === undefined
    ? (fields ?? others)
    : { ...fields, ...others };
}
