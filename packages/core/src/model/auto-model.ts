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
import { createEncoder, type Encoder } from './encoder.ts';
import { markFollowsSignal } from './follows-signal.ts';
import type { DialectDoubt, LastDialect, Model, ModelProgress, ModelRequest } from './model.ts';
import { profileMemory } from './profile-memory.ts';
import { describeChange, type Form, type FormChoice, requestReply } from './request-reply.ts';
import { withoutGrammarOnce } from './without-grammar-once.ts';

/** The parts of a model that detects its profile. */
export interface AutoModelParts {
  readonly transport: OpenAITransport;
  /** The dialect to use instead of the detected one. If it is set, the model never changes its dialect. */
  readonly dialect?: DialectName | undefined;
  /** Fields for every request of a conversation. */
  readonly conversationFields?: ((conversationId: string) => JsonObject) | undefined;
}

/**
 * A model that detects its profile from its server at the first request. If the server refuses the form of a request, the
 * model sends it again in a form that asks less of the server. The process remembers the result for the endpoint and model.
 */
export function autoModel(parts: AutoModelParts): Model {
  const { transport, dialect } = parts;
  const { fetchPage, endpoint, model } = transport;
  const memory = profileMemory({ fetchPage, endpoint, model });
  const encoders = new Map<string, Encoder>();
  const encoderFor = (profile: ModelProfile): Encoder => {
    const key = keyOf(profile);
    const known = encoders.get(key) ?? createEncoder(profile);
    encoders.set(key, known);
    return known;
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
  const first: FormChoice['first'] = async (request, signal) =>
    guide(keepDialect(await detect(signal), request.dialect), request.doubt);
  const requestParts = {
    transport,
    encoderFor,
    conversationFields: parts.conversationFields,
    choice: {
      first,
      announce: (form: Form, request: ModelRequest) => describeDialect(form, request.dialect),
      afterFailure: fallBack,
      canGuide,
    },
  };
  return {
    id: model,
    // The dialect is not known before the first request. Most tools can be encoded in every dialect or in no dialect.
    checkTools: (tools) => createDialect(guessProfile(model)).checkTools(tools),
    learnProfile(signal) {
      const detected = detect(signal);
      return isPromiseLike(detected) ? detected.then(({ profile }) => profile) : detected.profile;
    },
    request: markFollowsSignal((request, signal) => requestReply(requestParts, request, signal)),
  };
}

/** After this number of doubtful replies the model stays in the guided dialect. */
const doubtsUntilChange = 2;

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

/** Profiles are plain data; two profiles with the same JSON share one encoder. */
const keyOf = memoize((profile: ModelProfile) => JSON.stringify(profile));

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
