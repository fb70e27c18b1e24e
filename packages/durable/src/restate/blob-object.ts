import type { ObjectNames } from './messages.ts';
import type { ObjectContext, ObjectSharedContext, RestateSdk } from './restate-sdk.ts';

/** A part of a text. */
export interface TextPart {
  readonly part: number;
  readonly text: string;
}

/** The virtual object of a long text, in parts: a message of Restate has at most 32 MB. Its key is the SHA-256 of the text. */
export function createBlobObject(sdk: RestateSdk, names: ObjectNames) {
  const { exclusive, shared } = sdk.handlers.object;
  const short = { enableLazyState: true, journalRetention: 0 };
  return sdk.object({
    name: names.blob,
    handlers: {
      put: exclusive(short, async (context: ObjectContext, { part, text }: TextPart) => {
        context.set(String(part), text);
      }),
      /** Makes the text complete, after all its parts. */
      complete: exclusive(short, async (context: ObjectContext, parts: number) => {
        context.set('parts', parts);
      }),
      parts: shared(
        short,
        async (context: ObjectSharedContext) => await context.get<number>('parts'),
      ),
      part: shared(
        short,
        async (context: ObjectSharedContext, part: number) =>
          await context.get<string>(String(part)),
      ),
    },
  });
}
