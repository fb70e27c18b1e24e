import type { JsonValue } from '@turnwise/core';
import type { JournalRow, RunRecord, Signal } from '../store/run-store.ts';

/** The names of the virtual objects in Restate. */
export interface ObjectNames {
  readonly run: string;
  readonly inbox: string;
  readonly blob: string;
}

/** The names of the objects with this prefix. */
export function objectNames(prefix: string): ObjectNames {
  return { run: `${prefix}-run`, inbox: `${prefix}-inbox`, blob: `${prefix}-blob` };
}

/** A text, or the SHA-256 of one that is too long for a message of Restate. */
export type StoredText = { readonly text: string } | { readonly blob: string };

/** A run as its object keeps it. */
export interface StoredRun extends Omit<RunRecord, 'end'> {
  /** How it ended, as JSON. */
  readonly end?: StoredText;
  /** The id of the invocation that continues it, or that continued it last. */
  readonly drive?: string;
}

/** A segment as the object of its run keeps it, without the decisions on it. */
export interface StoredSegment {
  readonly number: number;
  readonly fingerprint: string;
  readonly state: StoredText;
}

/** `segment`: a segment with the decisions on what waited at its end. */
export interface SegmentReply {
  readonly segment: StoredSegment | null;
  readonly decisions: JsonValue;
}

/** A row of a journal; a long output is in a blob. */
export type StoredRow = Omit<JournalRow, 'output'> & { readonly output: StoredText };

/** `start`: adds a run and executes its first segment. */
export interface StartRequest {
  readonly run: StoredRun;
  readonly segment: StoredSegment;
}

/** `drive`: executes a segment. */
export interface DriveRequest {
  readonly run: StoredRun;
  readonly segment: StoredSegment;
  readonly decisions: Readonly<Record<string, JsonValue>>;
  readonly isAborted: boolean;
  /** Whether an earlier invocation executed a part of the segment, and the object has its journal. */
  readonly hasRows: boolean;
  /** Whether the run is new: nothing was added to its inbox before. */
  readonly isFirst: boolean;
}

/** What `start` and `drive` return if the run has ended or waits. */
export interface DriveReply {
  readonly run: StoredRun;
  /** The present segment, if it is a new one. */
  readonly segment?: StoredSegment | undefined;
}

/** `decide`: adds decisions by call id, each with what waited when it was made. */
export interface DecideRequest {
  readonly segment: number;
  readonly at: number;
  readonly decisions: Readonly<
    Record<string, { readonly decision: JsonValue; readonly waiting: JsonValue }>
  >;
}

/** `restart`: continues a run that is blocked or failed. */
export interface RestartRequest {
  readonly at: number;
  /** The fingerprint of the agent that was accepted. */
  readonly fingerprint: string | null;
}

/** `add` of an inbox. */
export interface AddReply {
  /** Whether the run has ended, so that an input was not added. */
  readonly isClosed: boolean;
  /** Whether an invocation continues the run now. */
  readonly isDriven: boolean;
}

/** `close` of an inbox. */
export interface CloseRequest {
  /** How many signals the invocation has used up. */
  readonly taken: number;
  /** `completed`: only if no input waits. */
  readonly end: 'completed' | 'other' | null;
  readonly at: number;
}

/** What an inbox keeps. */
export interface InboxState {
  readonly unread: readonly Signal[];
  /** The ids of all signals that were added. */
  readonly ids: readonly string[];
  readonly drive: string | null;
  /** How many of the unread signals the invocation has got. */
  readonly sent: number;
  readonly isClosed: boolean;
  /** The fingerprint of a changed agent that may continue the run. */
  readonly accepted: string | null;
}

/** The key of a part of a run in its object. */
export const stateKey = {
  run: 'run',
  segment: (number: number) => `segment/${number}`,
  decided: (segment: number) => `decided/${segment}`,
  /** The number of the parts of a journal. */
  journal: (segment: number) => `journal/${segment}`,
  rows: (segment: number, part: number) => `journal/${segment}/${part}`,
};
