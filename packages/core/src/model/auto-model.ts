import { createDialect } from '../dialect/create-dialect.ts';
import { ModelError } from '../errors.ts';
import type { JsonObject } from '../json.ts';
import { type DetectedProfile, inDialect, withoutTools } from '../profile/detect-profile.ts';
import { fallbackProfile } from '../profile/fallback-profile.ts';
import { guessProfile } from '../profile/guess-profile.ts';
import type { DialectName, ModelProfile } from '../profile/model-profile.ts';
import { isPromiseLike } from '../promise-like.ts';
import type { OpenAITransport } from '../transport/openai-transport.ts';
import { dialectModel } from './dialect-model.ts';
import type { LastDialect, Model, ModelProgress, ModelReply, ModelRequest } from './model.ts';
import { profileMemory } from './profile-memory.ts';

/** What a model that detects its profile is made of. */
export interface AutoModelParts {
  readonly transport: OpenAITransport;
  /** The dialect to speak whatever was detected; it is not changed then. */
  readonly dialect?: DialectName;
  /** Fields that every request of a conversation carries. */
  readonly conversationFields?: (conversationId: string) => JsonObject;
}

/**
 * A model that asks its server how to be spoken to, at its first request, and speaks another way where the server refuses
 * the first. What was found is remembered for the endpoint and the model, for the process.
 */
export function autoModel(parts: AutoModelParts): Model {
  const { transport, dialect } = parts;
  const { fetchPage, endpoint, model } = transport;
  const memory = profileMemory({ fetchPage, endpoint, model });
  const speakers = new Map<string, Model>();
  const modelFor = (profile: ModelProfile): Model => {
    const key = keyOf(profile);
    const current = speakers.get(key) ?? createModel(profile, parts);
    speakers.set(key, current);
    return current;
  };
  const obeyed = new WeakMap<DetectedProfile, DetectedProfile>();
  const applyDialect = (detected: DetectedProfile): DetectedProfile => {
    if (dialect === undefined) return detected;
    const known = obeyed.get(detected) ?? withForcedDialect(detected, dialect);
    obeyed.set(detected, known);
    return known;
  };
  const learn = (signal: AbortSignal): DetectedProfile | Promise<DetectedProfile> => {
    const detected = memory.recall(signal);
    return isPromiseLike(detected) ? detected.then(applyDialect) : applyDialect(detected);
  };
  const follow = (lastDialect: DetectedProfile, request: ModelRequest, thrown: unknown) => {
    if (isGone(thrown)) memory.forget();
    const next = dialect === undefined ? afterRefusal(lastDialect, request, thrown) : undefined;
    if (next !== undefined) memory.keep(next);
    return next;
  };
  return {
    id: model,
    // The server is not asked before the first request; most tools can be said in every dialect, or in none.
    checkTools: (tools) => createDialect(guessProfile(model)).checkTools(tools),
    learnProfile(signal) {
      const learnt = learn(signal);
      return isPromiseLike(learnt) ? learnt.then(({ profile }) => profile) : learnt.profile;
    },
    async *request(request, signal) {
      const learnt = learn(signal);
      let lastDialect = goOnIn(isPromiseLike(learnt) ? await learnt : learnt, request.dialect);
      const first = describeDialect(lastDialect, request.dialect);
      if (first !== undefined) yield first;
      for (let requests = 1; ; requests += 1) {
        try {
          const reply = yield* modelFor(lastDialect.profile).request(request, signal);
          return countIn(reply, requests);
        } catch (thrown) {
          const next = follow(lastDialect, request, thrown);
          if (next === undefined) throw thrown;
          yield describeChange(lastDialect.profile.dialect, next);
          lastDialect = next;
        }
      }
    },
  };
}

function countIn(reply: ModelReply, requests: number): ModelReply {
  return requests === 1 ? reply : { ...reply, requests };
}

const keys = new WeakMap<ModelProfile, string>();

/** Profiles are plain data, and two that say the same are one. */
function keyOf(profile: ModelProfile): string {
  const key = keys.get(profile) ?? JSON.stringify(profile);
  keys.set(profile, key);
  return key;
}

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
    why: `The option \`dialect\` asks for it. ${why}`,
  };
}

/** What asks more of a server stands first. */
const dialectsByDemand: readonly DialectName[] = ['native', 'guided', 'prompted'];

/** A conversation that already gave up a dialect does not go back to it, whatever the server says of itself. */
function goOnIn(detected: DetectedProfile, last: LastDialect | undefined): DetectedProfile {
  if (last === undefined) return detected;
  const { profile } = detected;
  const isPlainer =
    dialectsByDemand.indexOf(last.dialect) > dialectsByDemand.indexOf(profile.dialect);
  if (!isPlainer) return detected;
  return {
    profile: inDialect(withoutTools(profile), last.dialect),
    why: 'The conversation was spoken to in it before.',
  };
}

function describeDialect(
  lastDialect: DetectedProfile,
  last: LastDialect | undefined,
): ModelProgress | undefined {
  const { id, dialect, contextWindow } = lastDialect.profile;
  if (last === undefined) {
    return { type: 'profile-detected', profile: id, dialect, contextWindow, why: lastDialect.why };
  }
  return last.dialect === dialect ? undefined : describeChange(last.dialect, lastDialect);
}

function describeChange(from: DialectName, { profile, why }: DetectedProfile): ModelProgress {
  return { type: 'dialect-changed', from, to: profile.dialect, profile: profile.id, why };
}

/** Whether another server, or none, may stand there the next time. */
function isGone(thrown: unknown): boolean {
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
  const { kind, serverMessage = thrown.message } = thrown.details;
  if (kind === undefined) return undefined;
  return fallbackProfile(profile, {
    kind,
    words: serverMessage,
    offersTools: request.phase === 'act',
  });
}
