import { TurnwiseError, toError } from '../errors.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../json.ts';
import { checkOptions, type OptionChecks, option } from '../options.ts';
import { type ApprovalDecision, type Decision, fittingDecisions } from '../run/state/decision.ts';
import { changeOpenCall, openCallOf, openCallsSlice } from '../run/state/open-calls.ts';
import type { RunState } from '../run/state/run-state.ts';
import { toPlainJson } from '../tool/to-plain-json.ts';

/** Decisions by call id. */
export type Decisions = Readonly<Record<string, Decision | ApprovalDecision | undefined>>;

/**
 * Adds decisions to the state of a run. A decision on a call that has its result already has no effect. Throws
 * `invalid_options` for a decision that is not one, for a call that does not exist, that has another fingerprint, or that
 * waits for another kind of decision; then the state is unchanged.
 */
export function takeDecisions(state: RunState, decisions: Decisions): void {
  const read = Object.entries(decisions).flatMap(([id, given]) =>
    given === undefined ? [] : [{ id, decision: readDecision(id, given) }],
  );
  const ids = callIds(state);
  for (const { id, decision } of read) checkFit(state, ids, id, decision);
  const open = openIds(state);
  for (const { id, decision } of read) if (open.has(id)) changeOpenCall(state, id, { decision });
}

const shared = { kind: option.text, fingerprint: option.text };

const decisionFields: {
  readonly [Kind in Decision['kind']]: OptionChecks<Extract<Decision, { readonly kind: Kind }>>;
} = {
  approve: { ...shared, always: option.flag },
  edit: { ...shared, arguments: option.dictionary, always: option.flag },
  deny: { ...shared, reason: option.text, always: option.flag },
  answer: { ...shared, value: option.any },
  happened: { ...shared, result: option.any },
  'run-again': shared,
  'give-up': { ...shared, reason: option.text },
};

/** The field that a decision needs. */
const neededFields: Partial<Record<Decision['kind'], string>> = {
  edit: 'arguments',
  answer: 'value',
  happened: 'result',
};

const kinds = Object.keys(decisionFields) as readonly Decision['kind'][];

function readDecision(id: string, given: unknown): Decision {
  if (!isJsonObject(given)) throw notADecision(id);
  if ('approved' in given) return readShortForm(id, given);
  const kind = kinds.find((each) => each === given.kind);
  if (kind === undefined) throw notADecision(id);
  checkOptions(given, { name: `decisions["${id}"]`, known: decisionFields[kind] });
  const needed = neededFields[kind];
  if (needed !== undefined && given[needed] === undefined) {
    throw invalid(`decisions["${id}"] is "${kind}" and needs \`${needed}\`.`);
  }
  // Its fields have passed their checks.
  return plainCopy(id, given) as unknown as Decision;
}

const shortForm: OptionChecks<Record<'approved' | 'reason' | 'arguments' | 'always', unknown>> = {
  approved: option.flag,
  reason: option.text,
  arguments: option.dictionary,
  always: option.flag,
};

function readShortForm(id: string, given: Readonly<Record<string, unknown>>): Decision {
  checkOptions(given, { name: `decisions["${id}"]`, known: shortForm });
  const short = given as unknown as ApprovalDecision;
  switch (short.approved) {
    case true: {
      const { arguments: edited, always } = short;
      const lasting = always === undefined ? {} : { always };
      return edited === undefined
        ? { kind: 'approve', ...lasting }
        : { kind: 'edit', arguments: plainCopy(id, edited) as JsonObject, ...lasting };
    }
    case false: {
      if ('arguments' in short) {
        throw invalid(`decisions["${id}"] has arguments for a call that is not approved.`);
      }
      const { approved: _approved, ...rest } = short;
      return { kind: 'deny', ...rest };
    }
    default:
      throw notADecision(id);
  }
}

/** A copy: the state must not change with the objects of the program. */
function plainCopy(id: string, given: object): JsonValue {
  try {
    return toPlainJson(given);
  } catch (thrown) {
    throw invalid(`decisions["${id}"] is not plain JSON: ${toError(thrown).message}`);
  }
}

function callIds({ transcript: { turns } }: RunState): ReadonlySet<string> {
  const calls = turns.flatMap((turn) =>
    turn.role === 'assistant' && turn.kind === 'calls' ? turn.calls : [],
  );
  return new Set(calls.map(({ id }) => id));
}

function openIds(state: RunState): ReadonlySet<string> {
  const { transcript } = state;
  const { answered } = openCallsSlice.of(state);
  const calls = transcript.awaits === 'tool' ? transcript.openCalls : [];
  return new Set(calls.flatMap(({ id }) => (answered.has(id) ? [] : [id])));
}

function checkFit(
  state: RunState,
  ids: ReadonlySet<string>,
  id: string,
  { kind, fingerprint }: Decision,
): void {
  // A later call could get the id.
  if (!ids.has(id)) {
    throw invalid(
      `decisions["${id}"] does not match any call of this run. Use the \`callId\` of the calls in \`result.waiting\`.`,
    );
  }
  if (!openIds(state).has(id)) return;
  const { waiting } = openCallOf(state, id);
  if (fingerprint !== undefined && fingerprint !== waiting?.fingerprint) {
    throw invalid(
      `decisions["${id}"] has the fingerprint of another request. Use the \`fingerprint\` of the call in \`result.waiting\`.`,
    );
  }
  // The decision on an approval can come before the run has asked for it.
  const waitingKind = waiting?.kind ?? 'approval';
  const fitting = fittingDecisions[waitingKind];
  if (fitting.includes(kind)) return;
  const names = fitting.map((each) => `"${each}"`).join(', ');
  throw invalid(
    `decisions["${id}"] is "${kind}", which is for a call that waits for ${waitsFor(kind)}; this one waits for ${descriptions[waitingKind]}. Pass one of ${names}.`,
  );
}

const descriptions = {
  approval: 'an approval',
  question: 'the answer to its question',
  outside: 'its result',
  'in-doubt': 'a decision on whether it was carried out',
} as const;

/** What the calls wait for that a decision of this kind fits. */
function waitsFor(kind: Decision['kind']): string {
  const waits = Object.entries(fittingDecisions).flatMap(([wait, fitting]) =>
    fitting.includes(kind) ? [descriptions[wait as keyof typeof descriptions]] : [],
  );
  return waits.join(', or for ');
}

function notADecision(id: string): TurnwiseError {
  const names = kinds.map((each) => `"${each}"`).join(', ');
  return invalid(
    `decisions["${id}"] is not a decision. Pass { kind: "approve" }, { kind: "deny", reason } or another of ${names}.`,
  );
}

function invalid(message: string): TurnwiseError {
  return new TurnwiseError('invalid_options', message);
}
