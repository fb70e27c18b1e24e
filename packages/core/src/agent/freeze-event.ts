import { deepFreeze } from '../deep-freeze.ts';
import type { RunEvent } from '../run/state/run-event.ts';

/** Freezes an event before a listener gets it. The progress of a tool belongs to the program and is not frozen. */
export function freezeEvent(event: RunEvent): RunEvent {
  switch (event.type) {
    case 'tool-progressed':
    // A delta has no objects in it, and there can be thousands.
    case 'text-delta':
      return Object.freeze(event);
    default:
      return deepFreeze(event);
  }
}
