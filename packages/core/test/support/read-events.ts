import type { RunEvent } from '../../src/run/state/run-event.ts';

/** Reads a run to its end. Returns its events, and the error that the iterator threw. */
export async function readEvents(
  run: AsyncIterable<RunEvent>,
  onEvent: (event: RunEvent) => void = () => {},
): Promise<{ readonly events: readonly RunEvent[]; readonly thrown: unknown }> {
  const events: RunEvent[] = [];
  try {
    for await (const event of run) {
      events.push(event);
      onEvent(event);
    }
  } catch (thrown) {
    return { events, thrown };
  }
  return { events, thrown: undefined };
}
