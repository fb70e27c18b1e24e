import { TurnwiseError } from '@turnwise/core';

export type { ObjectContext, ObjectSharedContext, RestatePromise } from '@restatedev/restate-sdk';

/** The SDK of Restate for services. */
export type RestateSdk = typeof import('@restatedev/restate-sdk');

/** The context of a handler, with the question whether it is replayed. */
export type DriveContext = import('@restatedev/restate-sdk').ObjectContext &
  Pick<import('@restatedev/restate-sdk').internal.ContextInternal, 'isProcessing'>;

/** Loads the SDK at its first use. Throws `invalid_options` if it is not installed. */
export async function loadRestateSdk(): Promise<RestateSdk> {
  addPromiseWithResolvers();
  try {
    return await import('@restatedev/restate-sdk');
  } catch (thrown) {
    throw new TurnwiseError(
      'invalid_options',
      'A worker of restate() needs a library that is not installed. Run: npm install @restatedev/restate-sdk',
      { cause: thrown },
    );
  }
}

/** The SDK calls a function of Node 22. */
function addPromiseWithResolvers(): void {
  const promises = Promise as { withResolvers?: unknown };
  promises.withResolvers ??= () => {
    let resolve: unknown;
    let reject: unknown;
    const promise = new Promise((onResolve, onReject) => {
      resolve = onResolve;
      reject = onReject;
    });
    return { promise, resolve, reject };
  };
}
