import { randomUUID } from 'node:crypto';
import type { Fault, FaultQueue } from '../faults.ts';
import { findFault } from '../faults.ts';
import type { Json, JsonObject } from '../json.ts';
import { decodePicture, type Picture, PictureError } from '../pictures.ts';
import type { Fitted, ServerFacts, ServerQuirks } from '../quirks/server-quirks.ts';
import type { Script } from '../script.ts';
import { ServerError } from '../server-error.ts';
import { loadTokenizer, type Tokenizer } from '../tokens.ts';
import { type ChatRequest, pictureUrls, readChatRequest } from './chat-request.ts';
import { generate, hearGenerated, listenToGenerated } from './generate.ts';
import type { PromptCache } from './prompt-cache.ts';
import { type ReplyHead, toChunkBody, toWholeBody, type Usage } from './reply-body.ts';

/** Everything a chat request needs of its endpoint. */
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

/** Says in the log what the model saw. */
export type OnPrompt = (prompt: string) => void;

/** Marks every reply as written by rules. */
const fingerprint = 'turnwise-local-stand-in';

/**
 * Answers one chat request as the imitated server would: check, render, count, write, understand.
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
  const pictures = await decodePictures(request, quirks);
  const fitted = fit(request, pictures, server, tokenizer);
  onPrompt(fitted.prompt);

  const scripted = script.next();
  if (scripted !== undefined && 'error' in scripted) {
    throw new ServerError(scripted.error.status, scripted.error.body ?? null, {
      headers: scripted.error.headers ?? {},
    });
  }
  if (scripted !== undefined && 'raw' in scripted) return toRawAnswer(scripted.raw, request);

  const generated = generate(fitted, request, pictures, scripted, tokenizer);
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
    const heard = hearGenerated(generated, fitted, faults);
    return { kind: 'whole', body: toWholeBody(head, Array(choices).fill(heard), usage) };
  }
  const streamed = Array.from({ length: choices }, () =>
    listenToGenerated(generated, fitted, faults),
  );
  return { kind: 'stream', chunks: toChunks(head, streamed, usage, quirks, request) };
}

async function decodePictures(request: ChatRequest, quirks: ServerQuirks): Promise<Picture[]> {
  const urls = pictureUrls(request.messages);
  if (urls.length > 0 && quirks.pictureTokens === undefined) throw quirks.refusePicture(undefined);
  try {
    return await Promise.all(urls.map(decodePicture));
  } catch (error) {
    if (error instanceof PictureError) throw quirks.refusePicture(error);
    throw error;
  }
}

function fit(
  request: ChatRequest,
  pictures: Picture[],
  { quirks, facts }: ChatServer,
  { count }: Tokenizer,
): Fitted {
  const tokensOf = quirks.pictureTokens ?? (() => 0);
  // Each picture already counts as one token, its mark in the prompt.
  const extra = pictures.reduce((sum, picture) => sum + tokensOf(picture) - 1, 0);
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
  };
}

function toChunks(
  head: ReplyHead,
  streamed: ReturnType<typeof listenToGenerated>[],
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
