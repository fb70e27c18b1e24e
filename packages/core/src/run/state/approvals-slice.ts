import { isPermission, type Permission } from './decision.ts';
import type { RunState } from './run-state.ts';
import { defineSlice, savedMap } from './state-slice.ts';

/** Decisions that apply to later calls. */
export const approvalsSlice = defineSlice({
  /** Permissions that were given with `always`, by tool name. */
  remembered: savedMap<Permission>(isPermission),
});

/** The permissions of a run that apply to later calls, by tool name. */
export function rememberedPermissions(state: RunState): Readonly<Record<string, Permission>> {
  return Object.fromEntries(approvalsSlice.of(state).remembered);
}

/** Adds permissions that an earlier run remembered; those of this run have priority. */
export function recallPermissions(
  state: RunState,
  permissions: Readonly<Record<string, Permission>>,
): void {
  const approvals = approvalsSlice.of(state);
  approvals.remembered = new Map([...Object.entries(permissions), ...approvals.remembered]);
}
