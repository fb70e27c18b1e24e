import { randomUUID } from 'node:crypto';
import type { Fault, FaultQueue } from '../faults.ts';
import { findFault } from '../faults.ts';
import { decodeImage, type Image, ImageError } from '../images.ts';
import type { Json, JsonObject } from '../json.ts';
import type { Fitted, ServerFacts, ServerQuirks } from '../quirks/server-quirks.ts';
import type { Script } from '../script.ts';
import { ServerError } from '../server-error.ts';
import { loadTokenizer, type Tokenizer } from '../tokens.ts';
import { type ChatRequest, imageUrls, readChatRequest } from './chat-request.ts';
import { generate, parseGenerated, streamGenerated } from './generate.ts';
import type { PromptCache } from './prompt-cache.ts';
import { type ReplyHead, toChunkBody, toWholeBody, type Usage } from './reply-body.ts';

/** What answering a chat request needs from the endpoint. */
export interface ChatServer {
  quirks: ServerQuirks;
  facts: ServerFacts;
  faults: FaultQueue;
  script: Script;
  cache: PromptCache;
}

/** The answer to a chat request: one body, or the chunks of a stream in order. */
export type ChatAnswer =
  | { kind: 'whole'; body: Json }
  | { kind: 'stream'; chunks: Json[] }
  | { kind: 'raw-text'; text: string };

/** Receives the rendered prompt, for the log. */
export type OnPrompt = (prompt: string) => void;

/** Shows in every reply that no model wrote it. */
const fingerprint = 'turnwise-local-stand-in';

/**
 * Answers one chat request as the imitated server would: check, render, count, generate, parse.
 * Throws `ServerError` for everything that becomes an HTTP error.
 */
export async function completeChat(
  body: JsonObject,
  server: ChatServer,
  faults: readonly Fault[],
  onPrompt: OnPrompt,
): Promise<ChatAnswer> {
  const { quirks, facts, script } = server;
  quirks.check(body, facts);
  const request = readChatRequest(body);
  const tokenizer = await loadTokenizer();
  const images = await decodeImages(request, quirks);
  const fitted = fit(request, images, server, tokenizer);
  onPrompt(fitted.prompt);

  const scripted = script.next();
  if (scripted !== undefined && 'error' in scripted) {
    throw new ServerError(scripted.error.status, scripted.error.body ?? null, {
      headers: scripted.error.headers ?? {},
    });
  }
  if (scripted !== undefined && 'raw' in scripted) return toRawAnswer(scripted.raw, request);

  const generated = generate(fitted, request, images, scripted, tokenizer);
  const usage: Usage = {
    promptTokens: fitted.promptTokens,
    completionTokens: generated.completionTokens,
    cachedTokens: quirks.reportsCachedTokens
      ? server.cache.reuse(fitted.prompt, body, tokenizer)
      : undefined,
  };
  const head = toHead(request, server);
  const choices = findFault(faults, 'empty-choices') === undefined ? request.choices : 0;
  if (!request.stream) {
    const reply = parseGenerated(generated, fitted, faults);
    return { kind: 'whole', body: toWholeBody(head, Array(choices).fill(reply), usage) };
  }
  const streamed = Array.from({ length: choices }, () =>
    streamGenerated(generated, fitted, faults),
  );
  return { kind: 'stream', chunks: toChunks(head, streamed, usage, quirks, request) };
}

async function decodeImages(request: ChatRequest, quirks: ServerQuirks): Promise<Image[]> {
  const urls = imageUrls(request.messages);
  if (urls.length > 0 && quirks.imageTokens === undefined) throw quirks.refuseImage(undefined);
  try {
    return await Promise.all(urls.map(decodeImage));
  } catch (error) {
    if (error instanceof ImageError) throw quirks.refuseImage(error);
    throw error;
  }
}

function fit(
  request: ChatRequest,
  images: Image[],
  { quirks, facts }: ChatServer,
  { count }: Tokenizer,
): Fitted {
  const tokensOf = quirks.imageTokens ?? (() => 0);
  // Each image already counts as one token: its marker in the prompt.
  const extra = images.reduce((sum, image) => sum + tokensOf(image) - 1, 0);
  const prepared = quirks.prepare(request, facts);
  return quirks.fit(prepared, request, facts, (prompt) => count(prompt) + extra);
}

function toRawAnswer(raw: Json, { stream }: ChatRequest): ChatAnswer {
  if (typeof raw === 'string') return { kind: 'raw-text', text: raw };
  if (!stream) return { kind: 'whole', body: raw };
  return { kind: 'stream', chunks: Array.isArray(raw) ? raw : [raw] };
}

function toHead({ model }: ChatRequest, { quirks, facts }: ChatServer): ReplyHead {
  return {
    id: `chatcmpl-${randomUUID().replaceAll('-', '')}`,
    created: Math.floor(Date.now() / 1000),
    model: facts.models.includes(model) ? model : (facts.models[0] ?? model),
    fingerprint,
    messageFields: quirks.messageFields,
    choiceFields: quirks.choiceFields,
    laterCallFields: quirks.laterCallFields ?? {},
  };
}

function toChunks(
  head: ReplyHead,
  streamed: ReturnType<typeof streamGenerated>[],
  usage: Usage,
  { firstDelta, streamUsage }: ServerQuirks,
  { wantsUsage }: ChatRequest,
): JsonObject[] {
  const usageNow = (completionTokens: number) =>
    streamUsage === 'always' ? { ...usage, completionTokens } : undefined;
  const chunks = streamed.flatMap(({ deltas, last, finishReason }, choice) => [
    toChunkBody(head, { choice, delta: firstDelta }, usageNow(0)),
    ...deltas.map(({ delta, tokens }) => toChunkBody(head, { choice, delta }, usageNow(tokens))),
    toChunkBody(head, { choice, delta: last, finishReason }, usageNow(usage.completionTokens)),
  ]);
  const isCounted = streamUsage === 'always' || wantsUsage;
  return isCounted ? [...chunks, toChunkBody(head, undefined, usage)] : chunks;
}
