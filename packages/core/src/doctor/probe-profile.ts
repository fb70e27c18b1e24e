import { TurnwiseError } from '../errors.ts';
import { probeServer } from '../model/probe-server.ts';
import { checkOptions, mergeOptions, type OptionChecks, option } from '../options.ts';
import type { ModelProfile } from '../profile/model-profile.ts';
import type { ServerFacts } from '../profile/server-facts.ts';
import { createOpenAITransport } from '../transport/openai-transport.ts';
import {
  type OpenAITransportOptions,
  transportOptionChecks,
} from '../transport/transport-options.ts';
import { compareDialects, type DialectScore, withBestDialect } from './compare-dialects.ts';
import { asks, createExchange, type Exchange } from './exchange.ts';
import { describeThoughts } from './find-thoughts.ts';
import { type DialectTrial, measureDialects } from './measure-dialects.ts';
import {
  measureImages,
  measureJsonObject,
  measureJsonSchema,
  measureKeywords,
  measureUsage,
} from './measure-replies.ts';
import {
  measureSeveralCalls,
  measureStreamedCalls,
  measureToolChoice,
  measureTools,
} from './measure-tools.ts';
import {
  measureOrder,
  measureResultsInRow,
  measureSystemRole,
  measureToolRole,
} from './measure-turns.ts';
import { type Measurements, measuredProfile } from './measured-profile.ts';
import {
  type Finding,
  type MeasuredThing,
  type Measurement,
  measuredThings,
  unclear,
  yes,
} from './measurement.ts';
import { printProfile } from './print-profile.ts';

/** Which server and model to measure. */
export interface ProbeProfileOptions extends OpenAITransportOptions {
  readonly signal?: AbortSignal | undefined;
  /**
   * Milliseconds for all measurements together. What is not measured by then is unclear.
   * @default 120_000
   */
  readonly budgetMs?: number | undefined;
  /**
   * Whether small tasks are run in each dialect that the server allows, so that the profile gets the dialect that solves
   * most. It takes about a hundred further requests, so raise `budgetMs` on a slow server.
   * @default false
   */
  readonly tasks?: boolean | undefined;
  /** Called with each measurement as soon as it is done. */
  readonly onMeasured?: ((measurement: Measurement) => void) | undefined;
  /** Called after each small task, see `tasks`. */
  readonly onTask?: ((trial: DialectTrial) => void) | undefined;
}

const probeProfileChecks: OptionChecks<ProbeProfileOptions> = {
  ...transportOptionChecks,
  signal: option.signal,
  budgetMs: option.number({ above: 0 }),
  tasks: option.flag,
  onMeasured: option.func,
  onTask: option.func,
};

/** The measurements of a model on a server. */
export interface ServerReport {
  /** The address of the server. */
  readonly endpoint: string;
  readonly model: string;
  /** What the server reports about itself. */
  readonly facts: ServerFacts;
  /** In the order of {@link measuredThings}. */
  readonly measurements: readonly Measurement[];
  /** How many small tasks each dialect solved, best first. Missing without the option `tasks`. */
  readonly dialects?: readonly DialectScore[];
  /** The profile that fits the measurements. */
  readonly profile: ModelProfile;
  /** Why this dialect was chosen, as one sentence. */
  readonly why: string;
  /** The profile as TypeScript code to copy. */
  readonly code: string;
}

/**
 * Measures what a server supports for a model, with about twenty small requests, one after the other and without retries,
 * within `budgetMs`. Rejects with a `ModelError` if the server does not answer a plain question, and with `invalid_options`.
 *
 * @example
 * const { profile, code } = await probeProfile({ baseURL: 'http://localhost:8000/v1', model: 'gemma-3-27b' });
 */
export async function probeProfile(options: ProbeProfileOptions): Promise<ServerReport> {
  checkOptions(options, { name: 'probeProfile()', known: probeProfileChecks });
  for (const name of ['baseURL', 'model'] as const) {
    if (options?.[name] !== undefined) continue;
    throw new TurnwiseError('invalid_options', `probeProfile() needs \`${name}\`.`);
  }
  const {
    signal = new AbortController().signal,
    budgetMs = 120_000,
    tasks = false,
    onMeasured,
    onTask,
    ...own
  } = options;
  const budget = AbortSignal.timeout(budgetMs);
  const transport = createOpenAITransport(mergeOptions({ retry: { maxRetries: 0 } }, own));
  const { endpoint, model, fetchPage } = transport;
  const texts: string[] = [];
  const exchange = createExchange(transport, { signal, budget }, (text) => texts.push(text));
  const plainTokens = await greet(exchange);
  const { facts } = await probeServer({ fetchPage, endpoint, model }, signal);
  signal.throwIfAborted();
  const { measured, imageTokens } = await measureAll(exchange, {
    plainTokens,
    facts,
    texts,
    onMeasured,
  });
  const { base, ...found } = measuredProfile(model, facts, measured, { imageTokens, texts });
  const conditions = { options: own, signal: AbortSignal.any([signal, budget]), onTask };
  const dialects = tasks
    ? compareDialects(await measureDialects(found.profile, conditions))
    : undefined;
  signal.throwIfAborted();
  const { profile, why } = withBestDialect(found, dialects);
  return {
    endpoint,
    model,
    facts,
    measurements: measuredThings.map((thing) => measured[thing]),
    ...(dialects && { dialects }),
    profile,
    why,
    code: printProfile(profile, base),
  };
}

/** Tokens of a plain question. Throws if the server does not answer it. */
async function greet(exchange: Exchange): Promise<number | undefined> {
  const outcome = await exchange({ messages: [asks('Hi.')] });
  if (!outcome.isReply) throw outcome.error;
  return outcome.reply.usage?.inputTokens;
}

interface Environment {
  readonly plainTokens: number | undefined;
  readonly facts: ServerFacts;
  /** The texts of all replies so far. */
  readonly texts: readonly string[];
  readonly onMeasured: ProbeProfileOptions['onMeasured'];
}

async function measureAll(
  exchange: Exchange,
  { plainTokens, facts, texts, onMeasured }: Environment,
): Promise<{ readonly measured: Measurements; readonly imageTokens: number | undefined }> {
  let imageTokens: number | undefined;
  const measures: Readonly<Record<MeasuredThing, () => Finding | Promise<Finding>>> = {
    'system role': () => measureSystemRole(exchange, plainTokens),
    'user twice in a row': () => measureOrder(exchange),
    tools: () => measureTools(exchange, plainTokens),
    'tool choice "required"': () => measureToolChoice(exchange, 'required'),
    'tool choice by name': () =>
      measureToolChoice(exchange, { type: 'function', function: { name: 'get_weather' } }),
    'several calls in a reply': () => measureSeveralCalls(exchange),
    'calls in a stream': () => measureStreamedCalls(exchange),
    'tool role': () => measureToolRole(exchange),
    'several results in a row': () => measureResultsInRow(exchange),
    usage: () => measureUsage(exchange, { stream: false }),
    'usage in a stream': () => measureUsage(exchange, { stream: true }),
    json_schema: () => measureJsonSchema(exchange),
    'every schema keyword': () => measureKeywords(exchange),
    json_object: () => measureJsonObject(exchange),
    images: async () => {
      const { finding, tokens } = await measureImages(exchange);
      imageTokens = tokens;
      return finding;
    },
    'context window': () => describeWindow(facts),
    'thoughts in the text': () => describeThoughts(texts),
  };
  const measured = new Map<MeasuredThing, Measurement>();
  for (const thing of measuredThings) {
    const measurement = { thing, ...(await measures[thing]()) };
    measured.set(thing, measurement);
    onMeasured?.(measurement);
  }
  return { measured: Object.fromEntries(measured) as Measurements, imageTokens };
}

/** Only a full context window could measure its size, so the size that the server reports is used. */
function describeWindow({ contextWindow, source }: ServerFacts): Finding {
  return contextWindow === undefined
    ? unclear('the server does not report it')
    : yes(`${contextWindow} tokens (${source})`);
}
