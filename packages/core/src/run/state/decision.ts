import { canonicalJson } from '../../canonical-json.ts';
import type { JsonObject, JsonValue } from '../../json.ts';
import {
  type Check,
  checkThat,
  isCount,
  isFlag,
  isObject,
  isText,
  objectOf,
  oneOf,
  optional,
} from '../../json-check.ts';
import { nodeCrypto } from '../../node-crypto.ts';
import type { ToolCall } from '../../turns/turn.ts';

/**
 * Why a call waits: a human must approve it; its tool asked a question; it is a call of a tool without `execute`;
 * or a crash makes it unknown whether a tool ran that must not run twice.
 */
export type WaitingKind = 'approval' | 'question' | 'outside' | 'in-doubt';

/** A call that waits for a decision. Plain JSON. */
export interface WaitingCall<Call extends ToolCall = ToolCall> {
  readonly callId: string;
  readonly kind: WaitingKind;
  /** The call as it will run or has run: its arguments are valid, after repairs, and those of a human, if there are any. */
  readonly call: Call;
  /** Identifies exactly this request: a decision with another fingerprint is refused. */
  readonly fingerprint: string;
  /** Milliseconds since 1970. */
  readonly since: number;
  /** What the tool asked; only of a question. */
  readonly question?: JsonValue;
}

/** Whether a call may run. With `always` the decision also applies to later calls of the tool, in the run and its session. */
export type Permission =
  | { readonly kind: 'approve'; readonly always?: boolean | undefined }
  | {
      readonly kind: 'edit';
      /** Replace the arguments of the model. They are checked like those of the model, who is informed. */
      readonly arguments: JsonObject;
      readonly always?: boolean | undefined;
    }
  | {
      readonly kind: 'deny';
      /** The reason, for the model. */
      readonly reason?: string | undefined;
      readonly always?: boolean | undefined;
    };

/**
 * What a human decided on a call that waits. `approve` and `edit` fit an approval; `deny` fits everything except doubt;
 * `answer` fits a question and a call of a tool without `execute`, for which it is what the tool would return. The others fit
 * doubt: the call `happened` and returned `result`, it must `run-again`, or the human gives it up.
 */
export type Decision = (
  | Permission
  | { readonly kind: 'answer'; readonly value: JsonValue }
  | { readonly kind: 'happened'; readonly result: JsonValue }
  | { readonly kind: 'run-again' }
  | { readonly kind: 'give-up'; readonly reason?: string | undefined }
) & {
  /** The `fingerprint` of the waiting call, to be sure that the decision is on exactly that call. */
  readonly fingerprint?: string | undefined;
};

/** A short form of the decisions `approve`, `edit` and `deny`. */
export type ApprovalDecision =
  | {
      readonly approved: true;
      readonly arguments?: JsonObject | undefined;
      readonly always?: boolean | undefined;
    }
  | {
      readonly approved: false;
      readonly reason?: string | undefined;
      readonly always?: boolean | undefined;
    };

/** The decisions that fit each kind of waiting. */
export const fittingDecisions: Readonly<Record<WaitingKind, readonly Decision['kind'][]>> = {
  approval: ['approve', 'edit', 'deny'],
  question: ['answer', 'deny'],
  outside: ['answer', 'deny'],
  'in-doubt': ['happened', 'run-again', 'give-up'],
};

/** What a call waits for, as the state keeps it. */
export interface OpenWait extends Pick<WaitingCall, 'kind' | 'fingerprint' | 'since' | 'question'> {
  /** The arguments that the schema accepted, if they are not those of the model or of a human. */
  readonly repaired?: JsonObject;
}

/** Checks a saved wait. */
export const isOpenWait: Check = objectOf({
  kind: oneOf(...Object.keys(fittingDecisions)),
  fingerprint: isText,
  since: isCount,
  repaired: optional(isObject),
});

const decisionFields: Readonly<Record<Decision['kind'], Check>> = {
  approve: objectOf({ always: optional(isFlag) }),
  edit: objectOf({ arguments: isObject, always: optional(isFlag) }),
  deny: objectOf({ reason: optional(isText), always: optional(isFlag) }),
  answer: objectOf({ value: checkThat((value) => value !== undefined) }),
  happened: objectOf({ result: checkThat((value) => value !== undefined) }),
  'run-again': objectOf({}),
  'give-up': objectOf({ reason: optional(isText) }),
};

/** Checks a saved decision. */
export const isDecision: Check = (value) => {
  const { kind } = Object(value) as { readonly kind?: unknown };
  return typeof kind === 'string' && Object.hasOwn(decisionFields, kind)
    ? decisionFields[kind as Decision['kind']](value)
    : '.kind';
};

/** Checks a saved permission. */
export const isPermission: Check = (value) => {
  const { kind } = Object(value) as { readonly kind?: unknown };
  return fittingDecisions.approval.some((each) => each === kind) ? isDecision(value) : '.kind';
};

/** The fingerprint of what is asked about a call: equal only for the same run, call, arguments and question. */
export function fingerprintOfWait(
  runId: string,
  { id, name, arguments: given }: ToolCall,
  asked: Pick<OpenWait, 'kind' | 'question'> & { readonly executions: number },
): string {
  const text = canonicalJson({ runId, id, name, given, ...asked });
  return nodeCrypto().hash('sha256', text, 'hex').slice(0, 32);
}
