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

/** What receives the events of a stream. */
export interface EventReceiver {
  onEvent(event: ServerSentEvent): void;
  /** Gets each line that does not belong to an event. */
  onOtherLine(text: string): void;
  /**
   * Takes events that it can read without the parser from `text`, in which an event begins at `start`. Returns
   * the index of the first event that it did not take.
   */
  takeKnown(text: string, start: number): number;
}

/** Creates a reader of Server-Sent Events. If the receiver throws, do not use the reader again. */
export function createEventReader(receiver: EventReceiver): EventReader {
  const decoder = new StringDecoder('utf8');
  const parser = createParser({
    onEvent: (event) => receiver.onEvent(event),
    onError: (problem) => {
      if (problem.type === 'unknown-field') receiver.onOtherLine(problem.line ?? '');
    },
  });
  let atStart = true;
  /** Whether the parser has nothing of an event that is not complete. */
  let isBetweenEvents = false;

  const feedParser = (text: string): void => {
    if (text === '') return;
    isBetweenEvents = text.endsWith(eventEnd);
    parser.feed(text);
  };

  const feedText = (text: string): void => {
    if (text === '') return;
    let at = atStart && text.startsWith(byteOrderMark) ? 1 : 0;
    atStart = false;
    while (at < text.length) {
      const start = isBetweenEvents ? receiver.takeKnown(text, at) : at;
      const end = text.indexOf(eventEnd, start);
      // The parser gets one event if the receiver can take the next ones again, otherwise all of them.
      const isRest = end < 0 || (isBetweenEvents && start === at);
      const next = isRest ? text.length : end + eventEnd.length;
      feedParser(text.slice(start, next));
      at = next;
    }
  };

  return {
    feed: (bytes) => feedText(decoder.write(bytes)),
    end: () => feedText(`${decoder.end()}\n\n`),
  };
}

const eventEnd = '\n\n';
const byteOrderMark = '\uFEFF';
