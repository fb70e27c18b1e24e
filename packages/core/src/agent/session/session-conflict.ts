import { TurnwiseError } from '../../errors.ts';

/** The error of a store for a change that was made from another version than the present one. */
export function sessionConflict(id: string, version: number): TurnwiseError {
  return new TurnwiseError(
    'session_conflict',
    `Session "${id}" was changed by another run and now has version ${version}. Run the input again.`,
  );
}
