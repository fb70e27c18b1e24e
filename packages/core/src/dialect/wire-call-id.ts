import { createHash } from 'node:crypto';
import type { ModelProfile } from '../profile/model-profile.ts';

/** How our call ids are said on the wire: as they are behind `call_`, or as nine letters and digits. Pure. */
export function callIdFor({ callIds }: ModelProfile): (id: string) => string {
  if (callIds === 'nine-alphanumerics') {
    return (id) => createHash('sha256').update(id).digest('hex').slice(0, 9);
  }
  return (id) => `call_${id.replace(/[^A-Za-z0-9]/g, '_')}`;
}
