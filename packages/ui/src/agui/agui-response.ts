import { sseHeaders, sseStream } from '../http/sse.ts';
import type { AguiEvent } from './agui-event.ts';

/** A response that streams the events of `toAgui` to a client of AG-UI. If the client disconnects, the run is aborted. */
export function aguiResponse(events: AsyncIterable<AguiEvent>): Response {
  return new Response(sseStream(events), { headers: sseHeaders });
}
