import type { ObjectContext, RestateSdk } from './restate-sdk.ts';

/** A handler of a virtual object, and what it gets. */
export interface ObjectCall {
  readonly service: string;
  readonly method: string;
  readonly key: string;
  readonly parameter: unknown;
}

/** Calls a handler of another object from an invocation, as JSON. */
export interface ObjectCalls {
  /** Waits for its reply. */
  call<Reply>(context: ObjectContext, call: ObjectCall): Promise<Reply>;
  /** Does not wait: Restate executes it later. */
  send(context: ObjectContext, call: ObjectCall, options?: { readonly delayMs: number }): void;
}

/** The calls of the SDK. */
export function objectCalls(sdk: RestateSdk): ObjectCalls {
  const json = sdk.serde.json as never;
  return {
    call: async <Reply>(context: ObjectContext, call: ObjectCall) =>
      await context.genericCall<unknown, Reply>({ ...call, inputSerde: json, outputSerde: json }),
    send: (context, call, { delayMs } = { delayMs: 0 }) => {
      context.genericSend<unknown>({
        ...call,
        inputSerde: json,
        ...(delayMs > 0 && { delay: delayMs }),
      });
    },
  };
}
