import type { Fix } from '../../dialect/fix.ts';
import type { TurnwiseError } from '../../errors.ts';
import type { ModelReply } from '../../model/model.ts';
import type { Attempt } from '../request/compose-request.ts';

/** What the run does with a reply. */
export type Verdict =
  | {
      readonly kind: 'accept';
      /** The reply without the calls that are dropped. @default the reply as it came */
      readonly reply?: ModelReply;
      readonly output?: { readonly value: unknown };
      /** What was changed in the text before it matched the output schema. */
      readonly fixes?: readonly Fix[];
    }
  | { readonly kind: 'ask-again'; readonly attempt: Attempt; readonly fix?: Fix }
  /** The reply called tools that were not offered: the next step offers them. */
  | { readonly kind: 'back-to-act'; readonly fix: Fix }
  | { readonly kind: 'fail'; readonly error: TurnwiseError };
