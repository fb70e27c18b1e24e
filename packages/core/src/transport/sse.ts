import { StringDecoder } from 'node:string_decoder';
import { createParser, type EventSourceMessage } from 'eventsource-parser';

/** Reads Server-Sent Events out of bytes, however they are cut. */
export interface EventReader {
  /** Takes the next bytes; every event that they complete is handed on at once. */
  feed(bytes: Uint8Array): void;
  /** The stream is over: an event whose closing empty line is missing is handed on as well. */
  end(): void;
}

/** An event: its data, and its name where the server gave one. */
export type ServerSentEvent = Pick<EventSourceMessage, 'data' | 'event'>;

/** A reader of Server-Sent Events. `onEvent` may throw; the reader is of no use then. */
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
