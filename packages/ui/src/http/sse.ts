/** The headers of a stream of server-sent events. Proxies must neither keep nor collect it. */
export const sseHeaders = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-cache, no-transform',
  'x-accel-buffering': 'no',
} as const;

/** The headers of a UI message stream of the AI SDK. */
export const aiUiHeaders = { ...sseHeaders, 'x-vercel-ai-ui-message-stream': 'v1' } as const;

const encoder = new TextEncoder();

/** One event with a value as JSON. */
export function sseEvent(value: unknown): Uint8Array {
  return encoder.encode(`data: ${JSON.stringify(value)}\n\n`);
}

/** The last event of a UI message stream. */
export const sseDone: Uint8Array = encoder.encode('data: [DONE]\n\n');

/** A comment, which readers ignore. */
export const sseKeepAlive: Uint8Array = encoder.encode(': keep-alive\n\n');

/** A stream of events with these values, and then `last`. Cancelling it ends the reading of the values. */
export function sseStream(
  values: AsyncIterable<unknown>,
  last?: Uint8Array,
): ReadableStream<Uint8Array> {
  return toStream(
    (async function* () {
      for await (const value of values) yield sseEvent(value);
      if (last !== undefined) yield last;
    })(),
  );
}

/** A stream that reads the next item when it is asked for one. */
export function toStream<Item>(items: AsyncGenerator<Item, void>): ReadableStream<Item> {
  return new ReadableStream<Item>({
    pull: async (controller) => {
      const next = await items.next();
      if (next.done === true) controller.close();
      else controller.enqueue(next.value);
    },
    cancel: async () => {
      await items.return();
    },
  });
}
