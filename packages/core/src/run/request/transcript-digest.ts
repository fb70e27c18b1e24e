import { canonicalJson } from '../../canonical-json.ts';
import { nodeCrypto } from '../../node-crypto.ts';
import type { Turn } from '../../turns/turn.ts';

/**
 * A digest of a conversation: the same for equal turns. Each turn is hashed once after the same turns, so that a long run
 * with many requests stays linear in the length of its conversation.
 */
export function transcriptDigest(turns: readonly Turn[]): string {
  let digest = '';
  for (const turn of turns) {
    const known = digests.get(turn);
    if (known?.before === digest) {
      digest = known.digest;
      continue;
    }
    const before = digest;
    digest = nodeCrypto().hash('sha256', `${before}\n${canonicalJson(turn)}`, 'base64url');
    digests.set(turn, { before, digest });
  }
  return digest;
}

/** The digest of the conversation up to a turn, and up to the turn before it. */
const digests = new WeakMap<Turn, { readonly before: string; readonly digest: string }>();
