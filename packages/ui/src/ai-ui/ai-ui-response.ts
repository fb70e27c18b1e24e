import { TurnwiseError } from '@turnwise/core';
import { aiUiHeaders, sseDone, sseStream } from '../http/sse.ts';
import type { AiUiChunk } from './ai-ui-chunk.ts';

/** A response that streams the chunks of `toAiUi` to `useChat`. If the client disconnects, the run is aborted. */
export function aiUiResponse(chunks: AsyncIterable<AiUiChunk>): Response {
  if ('runId' in chunks) {
    throw new TurnwiseError(
      'invalid_options',
      'aiUiResponse() takes chunks, not a run: aiUiResponse(toAiUi(run)).',
    );
  }
  return new Response(sseStream(chunks, sseDone), { headers: aiUiHeaders });
}
