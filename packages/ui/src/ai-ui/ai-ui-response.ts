import { aiUiHeaders, sseDone, sseStream } from '../http/sse.ts';
import type { AiUiChunk } from './ai-ui-chunk.ts';

/** A response that streams the chunks of `toAiUi` to `useChat`. If the client disconnects, the run is aborted. */
export function aiUiResponse(chunks: AsyncIterable<AiUiChunk>): Response {
  return new Response(sseStream(chunks, sseDone), { headers: aiUiHeaders });
}
