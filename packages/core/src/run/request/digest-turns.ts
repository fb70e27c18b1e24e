import { canonicalJson } from '../../canonical-json.ts';
import { nodeCrypto } from '../../node-crypto.ts';
import { startsWith } from '../../turns/prefix-cache.ts';
import type { Turn } from '../../turns/turn.ts';
import { defineSlice, transient } from '../state/state-slice.ts';

/** The digest of a conversation. */
export interface DigestedTurns {
  readonly turns: readonly Turn[];
  readonly digest: string;
}

const nothing: DigestedTurns = Object.freeze({ turns: [], digest: '' });

/** What the run has hashed last. Its next request mostly has the same turns and some more. */
export const digestSlice = defineSlice({
  digested: transient((): DigestedTurns => nothing),
});

/**
 * A digest of a conversation: the same for equal turns. Only turns after those of `known` are hashed, so that a long run with many
 * requests stays linear in the length of its conversation.
 */
export function digestTurns(turns: readonly Turn[], known: DigestedTurns = nothing): DigestedTurns {
  const isLonger = startsWith(turns, known.turns);
  let digest = isLonger ? known.digest : '';
  for (let at = isLonger ? known.turns.length : 0; at < turns.length; at++) {
    const text = `${digest}\n${canonicalJson(turns[at])}`;
    digest = nodeCrypto().hash('sha256', text, 'base64url');
  }
  return { turns, digest };
}
