import { EventEmitter } from 'eventemitter3';
import { toError } from '../errors.ts';
import type { RunEvent } from '../run/run-event.ts';

/** The type of an event. */
export type RunEventType = RunEvent['type'];

/** Hears events of one type; `event` hears all. */
export type RunListener<Type extends RunEventType | 'event'> = (
  event: Type extends RunEventType ? Extract<RunEvent, { type: Type }> : RunEvent,
) => void;

const deltaTypes: readonly (RunEventType | 'event')[] = [
  'event',
  'text-delta',
  'reasoning-delta',
  'call-delta',
  'output-delta',
];

/** The typed emitter behind an agent. A listener that throws or rejects becomes a process warning and changes nothing else. */
export class EventHub {
  readonly #emitter = new EventEmitter<string>();
  readonly #guarded = new WeakMap<object, (event: RunEvent) => void>();

  on<Type extends RunEventType | 'event'>(type: Type, listener: RunListener<Type>): void {
    this.#emitter.on(type, this.#guard(listener));
  }

  once<Type extends RunEventType | 'event'>(type: Type, listener: RunListener<Type>): void {
    this.#emitter.once(type, this.#guard(listener));
  }

  off<Type extends RunEventType | 'event'>(type: Type, listener: RunListener<Type>): void {
    this.#emitter.off(type, this.#guard(listener));
  }

  /** Whether anyone listens at all. */
  get hasListeners(): boolean {
    return this.#emitter.eventNames().length > 0;
  }

  /** Whether anyone listens to pieces of a reply. */
  get wantsDeltas(): boolean {
    return deltaTypes.some((type) => this.#emitter.listenerCount(type) > 0);
  }

  emit(event: RunEvent): void {
    this.#emitter.emit(event.type, event);
    this.#emitter.emit('event', event);
  }

  #guard<Type extends RunEventType | 'event'>(listener: RunListener<Type>) {
    const known = this.#guarded.get(listener);
    if (known !== undefined) return known;
    const guarded = (event: RunEvent) => {
      try {
        const returned: unknown = (listener as (event: RunEvent) => unknown)(event);
        // An async function passes as a listener, and its rejection would end the process.
        if (returned instanceof Promise) returned.catch(warn);
      } catch (thrown) {
        warn(thrown);
      }
    };
    this.#guarded.set(listener, guarded);
    return guarded;
  }
}

function warn(thrown: unknown): void {
  process.emitWarning(toError(thrown).message, { code: 'TURNWISE_LISTENER' });
}
