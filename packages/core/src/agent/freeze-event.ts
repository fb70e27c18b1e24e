import { deepFreeze } from '../deep-freeze.ts';
import type { RunEvent } from '../run/state/run-event.ts';

/** Freezes an event before a listener gets it. The progress of a tool belongs to the program and is not frozen. */
export function freezeEvent(event: RunEvent): RunEvent {
  return event.type === 'tool-progressed' ? Object.freeze(event) : deepFreeze(event);
}
