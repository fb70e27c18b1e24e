/**
 * Ends one request from outside, once, for one reason. It follows the signal of the run. An AbortController and two listeners
 * for each request would cost as much as reading its reply.
 */
export class Cancellation {
  readonly #followed: AbortSignal;
  #isCancelled = false;
  #reason: unknown;
  #listener: (() => void) | undefined;
  #controller: AbortController | undefined;

  /** Follows the signal until {@link close}. */
  constructor(followed: AbortSignal) {
    this.#followed = followed;
    if (followed.aborted) this.cancel(followed.reason);
    else followed.addEventListener('abort', this.#onAbort);
  }

  get isCancelled(): boolean {
    return this.#isCancelled;
  }

  /** Why; `undefined` before it is cancelled. */
  get reason(): unknown {
    return this.#reason;
  }

  /** A signal that aborts with it, for those who need one. */
  get signal(): AbortSignal {
    this.#controller ??= new AbortController();
    if (this.#isCancelled) this.#controller.abort(this.#reason);
    return this.#controller.signal;
  }

  /** Does nothing the second time. */
  cancel(reason: unknown): void {
    if (this.#isCancelled) return;
    this.#isCancelled = true;
    this.#reason = reason;
    this.#controller?.abort(reason);
    this.#listener?.();
  }

  /** Throws the reason where it is cancelled. */
  throwIfCancelled(): void {
    if (this.#isCancelled) throw this.#reason;
  }

  /** Has `listener` called when it is cancelled, in place of the one before: a request is in one place at a time. */
  listen(listener: () => void): void {
    this.#listener = listener;
  }

  /** Stops calling `listener`; another one stays. */
  unlisten(listener: () => void): void {
    if (this.#listener === listener) this.#listener = undefined;
  }

  /** Lets go of the signal that it follows. */
  close(): void {
    this.#followed.removeEventListener('abort', this.#onAbort);
  }

  readonly #onAbort = (): void => this.cancel(this.#followed.reason);
}
