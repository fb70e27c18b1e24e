import { EventEmitter } from 'eventemitter3';
import { TurnwiseError, toError } from '../errors.ts';
import { memoize } from '../memoize.ts';
import { nearestName } from '../nearest-name.ts';
import type { RunEvent } from '../run/state/run-event.ts';
import type { ToolCall } from '../turns/turn.ts';

/** The type of an event. */
export type RunEventType = RunEvent['type'];

/** Receives the events of one type; a listener on `event` receives all events. */
export type RunListener<
  Type extends RunEventType | 'event',
  Output = unknown,
  Call extends ToolCall = ToolCall,
> = (
  event: Type extends RunEventType
    ? Extract<RunEvent<Output, Call>, { type: Type }>
    : RunEvent<Output, Call>,
) => void;

/** Every type of event, and `event` for all of them. */
const listenerTypes = Object.keys({
  event: true,
  'run-started': true,
  'user-turn-added': true,
  'input-steered': true,
  'step-started': true,
  'request-started': true,
  'text-delta': true,
  'reasoning-delta': true,
  'call-delta': true,
  'request-retried': true,
  'stream-restarted': true,
  'request-finished': true,
  'output-delta': true,
  'profile-detected': true,
  'dialect-changed': true,
  'turn-fixed': true,
  'assistant-turn-added': true,
  'decision-requested': true,
  'decision-resolved': true,
  'tool-started': true,
  'tool-progressed': true,
  'tool-finished': true,
  'tool-turn-added': true,
  'context-compacted': true,
  'limit-neared': true,
  'loop-detected': true,
  'step-finished': true,
  'run-finished': true,
  'run-failed': true,
} satisfies Readonly<Record<RunEventType | 'event', true>>);

function checkListener(type: string, listener: unknown): void {
  if (!listenerTypes.includes(type)) {
    const nearest = nearestName(type, listenerTypes);
    const hint =
      nearest === undefined
        ? `The types are ${listenerTypes.map((each) => `"${each}"`).join(', ')}.`
        : `Did you mean "${nearest}"?`;
    throw new TurnwiseError('invalid_options', `There is no event "${type}". ${hint}`);
  }
  if (typeof listener !== 'function') {
    throw new TurnwiseError(
      'invalid_options',
      `The listener for "${type}" is not a function. Pass one: agent.on("${type}", (event) => …).`,
    );
  }
}

/** The typed event emitter of an agent. A listener that throws or rejects becomes a process warning and has no other effect. */
export class EventHub {
  readonly #emitter = new EventEmitter<string>();
  /** The same wrapper for the same listener, so that `off` finds it. */
  readonly #wrap = memoize(catchErrors);

  on(type: RunEventType | 'event', listener: object): void {
    checkListener(type, listener);
    this.#emitter.on(type, this.#wrap(listener));
  }

  once(type: RunEventType | 'event', listener: object): void {
    checkListener(type, listener);
    this.#emitter.once(type, this.#wrap(listener));
  }

  off(type: RunEventType | 'event', listener: object): void {
    checkListener(type, listener);
    this.#emitter.off(type, this.#wrap(listener));
  }

  /** Whether there is any listener. */
  get hasListeners(): boolean {
    return this.#emitter.eventNames().length > 0;
  }

  /** Whether there is a listener on this type, not counting listeners on `event`. */
  listensTo(type: RunEventType): boolean {
    return this.#emitter.listenerCount(type) > 0;
  }

  emit(event: RunEvent): void {
    this.#emitter.emit(event.type, event);
    this.#emitter.emit('event', event);
  }
}

function catchErrors(listener: object): (event: RunEvent) => void {
  return (event) => {
    try {
      const returned: unknown = (listener as (event: RunEvent) => unknown)(event);
      // A listener may be an async function; its rejection would end the process.
      if (returned instanceof Promise) returned.catch(warn);
    } catch (thrown) {
      warn(thrown);
    }
  };
}

function warn(thrown: unknown): void {
  process.emitWarning(toError(thrown).message, { code: 'TURNWISE_LISTENER' });
}
