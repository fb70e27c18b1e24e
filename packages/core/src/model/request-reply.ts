import type { Dialect, Prompt, ReplyParser } from '../dialect/dialect.ts';
import type { RawReply, Usage } from '../dialect/wire.ts';
import type { JsonObject } from '../json.ts';
import type { DetectedProfile } from '../profile/detect-profile.ts';
import type { DialectName, ModelProfile } from '../profile/model-profile.ts';
import type { Transport, TransportEvent } from '../transport/transport.ts';
import type { Encoder } from './encoder.ts';
import { loadImages } from './load-images.ts';
import type { ModelProgress, ModelReply, ModelRequest } from './model.ts';
import { prepareRequest } from './prepare-request.ts';

/** A profile for one request, and why. `before` is set if the next request has that profile again. */
export interface Form extends DetectedProfile {
  readonly before?: DetectedProfile;
}

/** Chooses the form of each request of a model. */
export interface FormChoice {
  /** The form of the first try. */
  first(request: ModelRequest, signal: AbortSignal): Form | Promise<Form>;
  /** The event before the first request; `undefined` for none. */
  announce(first: Form, request: ModelRequest): ModelProgress | undefined;
  /** The form for the next try after the request failed; `undefined` if the failure is final. */
  afterFailure(current: Form, request: ModelRequest, thrown: unknown): Form | undefined;
  /** Whether a request in this form could also be sent in the guided dialect. */
  canGuide(profile: ModelProfile): boolean;
}

/** What all requests of a model share. */
export interface RequestParts {
  readonly transport: Transport;
  readonly choice: FormChoice;
  encoderFor(profile: ModelProfile): Encoder;
  /** Fields for every request of a conversation, such as a `cache_salt`. */
  readonly conversationFields?: ((conversationId: string) => JsonObject) | undefined;
}

/**
 * Sends one request and yields its progress. If it fails, it is sent again in the form that the choice names for that failure.
 * All of it is one generator: each generator within another one adds promises to every piece of a reply.
 */
export async function* requestReply(
  { transport, choice, encoderFor, conversationFields }: RequestParts,
  request: ModelRequest,
  signal: AbortSignal,
): AsyncGenerator<ModelProgress, ModelReply> {
  let form = await choice.first(request, signal);
  const announced = choice.announce(form, request);
  if (announced !== undefined) yield announced;
  for (let requests = 1; ; requests += 1) {
    try {
      const encoder = encoderFor(form.profile);
      const { totalMs } = transport;
      const { turns } = request.transcript;
      const images = await loadImages(turns, request.blobs, { signal, totalMs });
      const ownFields = conversationFields?.(request.conversationId);
      const ready = prepareRequest(encoder, request, { images, transport, ownFields });
      yield ready.prepared;
      const parsing = new ReplyInProgress(encoder.dialect, ready.prompt);
      const events = transport.send(ready.toSend, signal);
      try {
        let next = await events.next();
        for (; next.done !== true; next = await events.next()) {
          for (const progress of parsing.take(next.value)) yield progress;
        }
        const finished = parsing.finish(next.value);
        for (const delta of finished.deltas) yield delta;
        const isOnce = form.before !== undefined;
        const canGuide = choice.canGuide(form.profile);
        return describeReply(toReply(finished, encoder), { requests, isOnce, canGuide });
      } finally {
        // A caller that stops early ends the request. After the end it does nothing.
        await events.return(undefined as never);
      }
    } catch (thrown) {
      const other = choice.afterFailure(form, request, thrown);
      if (other === undefined) throw thrown;
      yield describeChange(form.profile.dialect, other);
      form = other;
    }
  }
}

type FinishedReply = ReturnType<ReplyParser['finish']>;

/** Parses one reply, with a new parser after each restart of its stream. */
class ReplyInProgress {
  readonly #dialect: Dialect;
  readonly #prompt: Prompt;
  #parser: ReplyParser;

  constructor(dialect: Dialect, prompt: Prompt) {
    this.#dialect = dialect;
    this.#prompt = prompt;
    this.#parser = dialect.createParser(prompt);
  }

  take(event: TransportEvent): readonly ModelProgress[] {
    if (event.type === 'delta') return this.#parser.push(event.delta);
    if (event.type === 'stream-restarted') this.#parser = this.#dialect.createParser(this.#prompt);
    return [event];
  }

  finish(reply: RawReply): FinishedReply {
    const finished = this.#parser.finish(reply);
    if (reply.fixes === undefined) return finished;
    const { parsed } = finished;
    return { ...finished, parsed: { ...parsed, fixes: [...reply.fixes, ...parsed.fixes] } };
  }
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
  { parsed, reply: raw }: FinishedReply,
  { profile, dialect: { name: dialect } }: Encoder,
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

function describeReply(
  reply: ModelReply,
  {
    requests,
    isOnce,
    canGuide,
  }: { readonly requests: number; readonly isOnce: boolean; readonly canGuide: boolean },
): ModelReply {
  return Object.assign(
    reply,
    requests > 1 && { requests },
    isOnce && { isOnce },
    canGuide && { grammar: 'available' },
  );
}

/** The event before a request in another form. */
export function describeChange(from: DialectName, { profile, why }: Form): ModelProgress {
  return { type: 'dialect-changed', from, to: profile.dialect, profile: profile.id, why };
}
