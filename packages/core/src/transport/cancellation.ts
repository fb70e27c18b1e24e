/**
 * Cancels one request, once, with one reason. It also follows the signal of the run. It replaces an AbortController and two
 * listeners per request, which would cost as much as parsing the reply.
 */
export class Cancellation {
  readonly #followed: AbortSignal;
  #isCancelled = false;
  #reason: unknown;
  #listener: (() => void) | undefined;
  #controller: AbortController | undefined;

  /** Follows `followed` until {@link close}. */
  constructor(followed: AbortSignal) {
    this.#followed = followed;
    if (followed.aborted) this.cancel(followed.reason);
    else followed.addEventListener('abort', this.#onAbort);
  }

  get isCancelled(): boolean {
    return this.#isCancelled;
  }

  /** The reason; `undefined` before the cancellation. */
  get reason(): unknown {
    return this.#reason;
  }

  /** A signal that aborts on cancellation, for APIs that need one. */
  get signal(): AbortSignal {
    this.#controller ??= new AbortController();
    if (this.#isCancelled) this.#controller.abort(this.#reason);
    return this.#controller.signal;
  }

  /** Cancels the request. Later calls have no effect. */
  cancel(reason: unknown): void {
    if (this.#isCancelled) return;
    this.#isCancelled = true;
    this.#reason = reason;
    this.#controller?.abort(reason);
    this.#listener?.();
  }

  /** Throws the reason if the request is cancelled. */
  throwIfCancelled(): void {
    if (this.#isCancelled) throw this.#reason;
  }

  /** Calls `listener` on cancellation. It replaces the previous listener, because a request is in one state at a time. */
  listen(listener: () => void): void {
    this.#listener = listener;
  }

  /** Removes `listener`. Keeps a different one. */
  unlisten(listener: () => void): void {
    if (this.#listener === listener) this.#listener = undefined;
  }

  /** Stops following the signal. */
  close(): void {
    this.#followed.removeEventListener('abort', this.#onAbort);
  }

  readonly #onAbort = (): void => this.cancel(this.#followed.reason);
}
