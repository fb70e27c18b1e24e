import type { ModelProfile } from '../profile/model-profile.ts';
import type { Dialect } from './dialect.ts';
import { guidedDialect } from './guided.ts';
import { nativeDialect } from './native.ts';
import { promptedDialect } from './prompted.ts';

/** Creates the dialect that a profile names. */
export function createDialect(profile: ModelProfile): Dialect {
  switch (profile.dialect) {
    case 'native':
      return nativeDialect(profile);
    case 'prompted':
      return promptedDialect(profile);
    case 'guided':
      return guidedDialect(profile);
  }
}
