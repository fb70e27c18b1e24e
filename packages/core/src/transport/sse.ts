import { StringDecoder } from 'node:string_decoder';
import { createParser, type EventSourceMessage } from 'eventsource-parser';

/** Parses Server-Sent Events from bytes, which may be split at any place. */
export interface EventReader {
  /** Adds the next bytes. Emits every event that is complete now. */
  feed(bytes: Uint8Array): void;
  /** Ends the stream. Also emits an event whose closing empty line is missing. */
  end(): void;
}

/** An event: its data, and its name if the server sent one. */
export type ServerSentEvent = Pick<EventSourceMessage, 'data' | 'event'>;

/** Creates a reader of Server-Sent Events. If `onEvent` throws, do not use the reader again. */
export function createEventReader(onEvent: (event: ServerSentEvent) => void): EventReader {
  const decoder = new StringDecoder('utf8');
  const parser = createParser({ onEvent });
  let atStart = true;

  const feedText = (text: string): void => {
    if (text === '') return;
    parser.feed(atStart && text.startsWith(byteOrderMark) ? text.slice(1) : text);
    atStart = false;
  };

  return {
    feed: (bytes) => feedText(decoder.write(bytes)),
    end: () => feedText(`${decoder.end()}\n\n`),
  };
}

const byteOrderMark = '\uFEFF';
