import { createDialect } from '../dialect/create-dialect.ts';
import { ModelError } from '../errors.ts';
import type { JsonObject } from '../json.ts';
import { memoize } from '../memoize.ts';
import { type DetectedProfile, inDialect, withoutTools } from '../profile/detect-profile.ts';
import { fallbackProfile } from '../profile/fallback-profile.ts';
import { guessProfile } from '../profile/guess-profile.ts';
import type { DialectName, ModelProfile } from '../profile/model-profile.ts';
import type { Refusal } from '../profile/refusal.ts';
import { isPromiseLike } from '../promise-like.ts';
import { shortenToLine } from '../shorten.ts';
import type { OpenAITransport } from '../transport/openai-transport.ts';
import { dialectModel } from './dialect-model.ts';
import { followsSignal } from './follows-signal.ts';
import type {
  DialectDoubt,
  LastDialect,
  Model,
  ModelProgress,
  ModelReply,
  ModelRequest,
} from './model.ts';
import { profileMemory } from './profile-memory.ts';
import { plainProfile } from './resend-without-grammar.ts';

/** The parts of a model that detects its profile. */
export interface AutoModelParts {
  readonly transport: OpenAITransport;
  /** The dialect to use instead of the detected one. If it is set, the model never changes its dialect. */
  readonly dialect?: DialectName;
  /** Fields for every request of a conversation. */
  readonly conversationFields?: (conversationId: string) => JsonObject;
}

/**
 * A model that detects its profile from its server at the first request. If the server refuses the form of a request, the
 * model sends it again in a form that asks less of the server. The process remembers the result for the endpoint and model.
 */
export function autoModel(parts: AutoModelParts): Model {
  const { transport, dialect } = parts;
  const { fetchPage, endpoint, model } = transport;
  const memory = profileMemory({ fetchPage, endpoint, model });
  const models = new Map<string, Model>();
  const modelFor = (profile: ModelProfile): Model => {
    const key = keyOf(profile);
    const current = models.get(key) ?? createModel(profile, parts);
    models.set(key, current);
    return current;
  };
  const applyDialect = memoize((detected: DetectedProfile) =>
    dialect === undefined ? detected : withForcedDialect(detected, dialect),
  );
  const detect = (signal: AbortSignal): DetectedProfile | Promise<DetectedProfile> => {
    const detected = memory.recall(signal);
    return isPromiseLike(detected) ? detected.then(applyDialect) : applyDialect(detected);
  };
  const guide = (current: DetectedProfile, doubt: DialectDoubt | undefined): Form => {
    if (doubt === undefined || !canGuide(current.profile)) return current;
    const { reason, count } = doubt;
    const isOnce = Math.max(memory.countDoubt(), count) < doubtsUntilChange;
    const next = {
      profile: inGuided(current.profile),
      why: explainGuided(reason, isOnce),
    };
    if (isOnce) return { ...next, before: current };
    memory.keep(next);
    return next;
  };
  const canGuide = ({ dialect: own, structuredOutput }: ModelProfile) =>
    dialect === undefined &&
    own !== 'guided' &&
    structuredOutput === 'json_schema' &&
    !memory.refusesGrammar;
  const fallBack = (current: Form, request: ModelRequest, thrown: unknown): Form | undefined => {
    if (mayHaveBeenReplaced(thrown)) memory.forget();
    if (dialect !== undefined) return withoutGrammarOnce(current, request, thrown);
    const refusal = explainRefusal(thrown);
    if (current.before !== undefined && refusal !== undefined) {
      memory.refuseGrammar();
      return { ...current.before, why: refusal };
    }
    const next = afterRefusal(current, request, thrown);
    if (next !== undefined) memory.keep(next);
    return next;
  };
  const describeReply = (
    reply: ModelReply,
    { profile, before }: Form,
    requests: number,
  ): ModelReply =>
    Object.assign(
      reply,
      requests > 1 && { requests },
      before !== undefined && { isOnce: true },
      canGuide(profile) && { grammar: 'available' },
    );
  return {
    id: model,
    // The dialect is not known before the first request. Most tools can be encoded in every dialect or in no dialect.
    checkTools: (tools) => createDialect(guessProfile(model)).checkTools(tools),
    learnProfile(signal) {
      const detected = detect(signal);
      return isPromiseLike(detected) ? detected.then(({ profile }) => profile) : detected.profile;
    },
    request: followsSignal(async function* (request, signal) {
      const detecting = detect(signal);
      const detected = isPromiseLike(detecting) ? await detecting : detecting;
      let current = guide(keepDialect(detected, request.dialect), request.doubt);
      const first = describeDialect(current, request.dialect);
      if (first !== undefined) yield first;
      for (let requests = 1; ; requests += 1) {
        try {
          const reply = yield* modelFor(current.profile).request(request, signal);
          return describeReply(reply, current, requests);
        } catch (thrown) {
          const next = fallBack(current, request, thrown);
          if (next === undefined) throw thrown;
          yield describeChange(current.profile.dialect, next);
          current = next;
        }
      }
    }),
  };
}

/** After this number of doubtful replies the model stays in the guided dialect. */
const doubtsUntilChange = 2;

/** A profile for one request. `before` is set if the next request has that profile again. */
interface Form extends DetectedProfile {
  readonly before?: DetectedProfile;
}

/** A dialect that the program set is left for one request at most. */
function withoutGrammarOnce(
  current: Form,
  request: ModelRequest,
  thrown: unknown,
): Form | undefined {
  if (current.before !== undefined) return undefined;
  const plain = plainProfile(current.profile, request, thrown);
  return plain && { ...plain, before: current };
}

function explainGuided(reason: string, isOnce: boolean): string {
  return isOnce
    ? `${reason} This request is sent again with a grammar.`
    : `${reason} It is not the first time, so all further requests have a grammar.`;
}

/** The server's message if it refused the form of a request. */
function explainRefusal(thrown: unknown): string | undefined {
  if (!(thrown instanceof ModelError) || thrown.details.kind === undefined) return undefined;
  const { kind, serverMessage = thrown.message } = thrown.details;
  const isForm = /schema|response-format|template|field|alternation/.test(kind);
  return isForm ? `The server answered: "${shortenToLine(serverMessage, 160)}"` : undefined;
}

/** Profiles are plain data; two profiles with the same JSON share one model. */
const keyOf = memoize((profile: ModelProfile) => JSON.stringify(profile));

function createModel(
  profile: ModelProfile,
  { transport, conversationFields }: AutoModelParts,
): Model {
  return dialectModel({
    transport,
    profile,
    dialect: createDialect(profile),
    ...(conversationFields === undefined ? {} : { conversationFields }),
  });
}

function withForcedDialect(
  { profile, why }: DetectedProfile,
  dialect: DialectName,
): DetectedProfile {
  return {
    profile: inDialect(profile, dialect),
    why: `The option \`dialect\` is set. ${why}`,
  };
}

/** Each request of a conversation that has changed to the guided dialect needs it. */
const inGuided = memoize((profile: ModelProfile) => inDialect(profile, 'guided'));

/** The dialect that needs most of a server comes first. */
const dialectsByDemand: readonly DialectName[] = ['native', 'guided', 'prompted'];

/** A conversation that gave up a dialect does not return to it, even if the server reports that it supports it. */
function keepDialect(detected: DetectedProfile, last: LastDialect | undefined): DetectedProfile {
  const { profile } = detected;
  if (last === undefined || last.dialect === profile.dialect) return detected;
  // The conversation changed to the guided dialect because of its replies; the server refused nothing.
  if (last.dialect === 'guided' && last.profile === profile.id) {
    return {
      profile: inGuided(profile),
      why: 'The conversation used this dialect before.',
    };
  }
  const needsLess =
    dialectsByDemand.indexOf(last.dialect) > dialectsByDemand.indexOf(profile.dialect);
  if (!needsLess) return detected;
  return {
    profile: inDialect(withoutTools(profile), last.dialect),
    why: 'The conversation used this dialect before.',
  };
}

function describeDialect(
  current: DetectedProfile,
  last: LastDialect | undefined,
): ModelProgress | undefined {
  const { id, dialect, contextWindow } = current.profile;
  if (last === undefined) {
    return { type: 'profile-detected', profile: id, dialect, contextWindow, why: current.why };
  }
  return last.dialect === dialect ? undefined : describeChange(last.dialect, current);
}

function describeChange(from: DialectName, { profile, why }: DetectedProfile): ModelProgress {
  return { type: 'dialect-changed', from, to: profile.dialect, profile: profile.id, why };
}

/** Whether the next request to this address may reach a different server. */
function mayHaveBeenReplaced(thrown: unknown): boolean {
  return (
    thrown instanceof ModelError &&
    (thrown.code === 'model_unreachable' || thrown.code === 'model_not_found')
  );
}

function afterRefusal(
  { profile }: DetectedProfile,
  request: ModelRequest,
  thrown: unknown,
): DetectedProfile | undefined {
  if (!(thrown instanceof ModelError)) return undefined;
  const { kind, field, serverMessage = thrown.message } = thrown.details;
  if (kind === undefined) return undefined;
  return fallbackProfile(profile, { kind, field, serverMessage, ...formOf(request) });
}

/** The parts of a request that a server may refuse. */
function formOf(request: ModelRequest): Omit<Refusal, 'kind' | 'serverMessage'> {
  const { settings, stream, transcript } = request;
  return {
    offersTools: request.phase === 'act',
    forcesCall: request.phase === 'act' && request.toolChoice !== 'auto',
    isStreamed: stream,
    hasCalls: transcript.turns.some(({ role }) => role === 'tool'),
    limitsOutput: settings.maxOutputTokens !== undefined,
  };
}
