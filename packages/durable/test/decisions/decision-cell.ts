import { Agent, type Decision, tool } from '@turnwise/core';
import { z } from 'zod';
import { modelOf } from '../support/desk.ts';

export const modes = ['run', 'stream', 'durable'] as const;
export const places = ['same process', 'new process', 'copied file', 'new version'] as const;
export const numbers = ['one', 'several'] as const;

/** A combination of the matrix. */
export interface Cell {
  readonly mode: (typeof modes)[number];
  /** What happens between the pause and the decision. */
  readonly place: (typeof places)[number];
  /** How many calls wait. */
  readonly number: (typeof numbers)[number];
  readonly decision: keyof typeof decisionCases;
}

/** What a person decides, and its result. */
export interface DecisionCase {
  readonly tool: 'pay' | 'book' | 'locate' | 'send';
  readonly decision: Decision;
  /** What the model reads as the result of the call. */
  readonly result: string;
  /** What the tool did, once for each call. */
  readonly done?: string;
  /** The decision is refused with `invalid_options`; then this one is given. */
  readonly otherwise?: Decision;
  /** Without an engine the decision is refused while the run carries it out. */
  readonly isCheckedInRun?: boolean;
  /** The decision is on a call that does not exist. */
  readonly isUnknown?: boolean;
  /** The decision is given twice, the second time with another kind. */
  readonly isTwice?: boolean;
}

const approve = { kind: 'approve' } as const;
const paid = { tool: 'pay', decision: approve, result: 'Paid 90.', done: 'pay 90' } as const;
const answered = {
  tool: 'book',
  decision: { kind: 'answer', value: '12A' },
  result: 'Booked 12A.',
  done: 'book 12A',
} as const;

/** The decisions of the matrix. */
export const decisionCases = {
  approve: paid,
  edit: {
    ...paid,
    decision: { kind: 'edit', arguments: { euros: 60 } },
    result: 'The user changed the arguments of this call to {"euros":60}. Paid 60.',
    done: 'pay 60',
  },
  'edit with invalid arguments': {
    ...paid,
    decision: { kind: 'edit', arguments: { euros: 'sixty' } },
    isCheckedInRun: true,
    otherwise: approve,
  },
  deny: {
    tool: 'pay',
    decision: { kind: 'deny', reason: 'Too much.' },
    result: 'The user did not allow this call of "pay". Reason: Too much.',
  },
  answer: answered,
  'answer for a tool without execute': {
    tool: 'locate',
    decision: { kind: 'answer', value: 'Oslo' },
    result: 'Oslo',
  },
  happened: {
    tool: 'send',
    decision: { kind: 'happened', result: 'Sent at noon.' },
    result: 'Sent at noon.',
  },
  'run again': { tool: 'send', decision: { kind: 'run-again' }, result: 'Sent.', done: 'send' },
  'give up': {
    tool: 'send',
    decision: { kind: 'give-up', reason: 'The server is gone.' },
    result:
      'It is not known whether this call of "send" was carried out, and it is not tried again. Reason: The server is gone.',
  },
  'a decision of another kind': {
    ...paid,
    decision: { kind: 'answer', value: 1 },
    otherwise: approve,
  },
  'an answer without its value': {
    ...answered,
    decision: { kind: 'answer' } as never,
    otherwise: answered.decision,
  },
  twice: { ...paid, isTwice: true },
  'unknown id': { ...paid, isUnknown: true, otherwise: approve },
  'wrong fingerprint': {
    ...paid,
    decision: { ...approve, fingerprint: 'of another call' },
    otherwise: approve,
  },
} as const satisfies Record<string, DecisionCase>;

/** The decision of a cell, with its result. */
export function caseOf({ decision }: Cell): DecisionCase {
  return decisionCases[decision];
}

/** The ids of the calls that wait. */
export function callsOf({ number }: Cell): readonly string[] {
  return number === 'one' ? ['1.0'] : ['1.0', '1.1'];
}

/** What the tools of a clerk do. */
export interface ClerkOptions {
  /** Gets a line for each execution, with the idempotency key. */
  readonly done?: string[];
  /** Called before a message is sent, so that a crash in the middle is possible. */
  readonly beforeSend?: (signal: AbortSignal) => Promise<void>;
}

/** The agent of a cell; the second version has other instructions and one more tool. */
export function clerkOf(cell: Cell, version: 1 | 2, { done, beforeSend }: ClerkOptions = {}) {
  const input = z.object({ euros: z.number().optional() });
  const note = (what: string, key: string) => done?.push(`${what} ${key.split('/').at(-1)}`);
  const pay = tool({
    name: 'pay',
    description: 'Pays.',
    parameters: z.object({ euros: z.number() }),
    needsApproval: true,
    execute: ({ euros }, { idempotencyKey }) => {
      note(`pay ${euros}`, idempotencyKey);
      return `Paid ${euros}.`;
    },
  });
  const book = tool({
    name: 'book',
    description: 'Books a seat.',
    parameters: input,
    execute: async (_input, { ask, idempotencyKey }) => {
      const seat = await ask('Which seat?');
      note(`book ${seat}`, idempotencyKey);
      return `Booked ${seat}.`;
    },
  });
  const locate = tool({ name: 'locate', description: 'Where the user is.', parameters: input });
  const send = tool({
    name: 'send',
    description: 'Sends a message.',
    parameters: input,
    execute: async (_input, { idempotencyKey, signal }) => {
      await beforeSend?.(signal);
      note('send', idempotencyKey);
      return 'Sent.';
    },
  });
  const extra = tool({ name: 'extra', description: 'Is new.', execute: () => 'new' });
  const calls = callsOf(cell).map(() => [caseOf(cell).tool, { euros: 90 }] as const);
  return new Agent({
    name: 'clerk',
    instructions: version === 1 ? 'Be brief.' : 'Be polite.',
    model: modelOf([calls, 'Done.']),
    tools: version === 1 ? [pay, book, locate, send] : [pay, book, locate, send, extra],
  });
}
