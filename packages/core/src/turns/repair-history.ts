import { TurnwiseError } from '../errors.ts';
import { isNonEmpty, type NonEmpty } from '../json.ts';
import { checkOptions, type OptionChecks, option } from '../options.ts';
import type { BlobStore } from './blob-store.ts';
import { type ForeignMessage, readForeignMessage } from './foreign-message.ts';
import type { CallsTurn, Part, ToolCall, ToolResult, Turn, UserInput } from './turn.ts';

/** A change that an imported history needed. `index` is the position of the message in the list, from 0. */
export interface HistoryChange {
  readonly kind:
    | 'folded-system'
    | 'merged-user'
    | 'joined-input'
    | 'merged-assistant'
    | 'split-text'
    | 'answered-call'
    | 'dropped-result'
    | 'dropped-empty'
    | 'inserted-user'
    | 'unreadable-arguments'
    | 'replaced-image';
  readonly index: number;
  /** What happened, with any text that is no longer in the conversation. */
  readonly detail: string;
}

/** Options of an import. */
export interface RepairOptions {
  /** Stores images that are given as `data:` URLs; without a store a text replaces each image. */
  readonly blobs?: BlobStore;
}

const repairChecks: OptionChecks<RepairOptions> = {
  blobs: option.methods('a BlobStore, such as memoryBlobStore()', 'put', 'get'),
};

/** The turns of an imported history, and every change. */
export interface RepairedHistory {
  readonly turns: readonly Turn[];
  /** The text of the system messages, in order; pass it to the agent as `instructions`. */
  readonly instructions: string;
  readonly changes: readonly HistoryChange[];
}

/** Converts OpenAI-style messages to turns that follow the turn law. Throws `invalid_state` if a value is not a message. */
export function repairHistory(
  messages: readonly unknown[],
  options: RepairOptions,
): RepairedHistory {
  checkOptions(options, { name: 'Transcript.repair()', known: repairChecks });
  if (!Array.isArray(messages)) {
    throw new TurnwiseError('invalid_state', 'An imported history must be a list of messages.');
  }
  const repair = new Repair();
  for (const [index, message] of messages.entries()) {
    repair.take(readForeignMessage(message, index, options, repair.note), index);
  }
  return repair.finish(messages.length);
}

class Repair {
  readonly #turns: Turn[] = [];
  readonly #instructions: string[] = [];
  readonly #changes: HistoryChange[] = [];
  /** Results for the calls of the last turn, by the foreign call id. */
  #open:
    | { turn: CallsTurn; foreignIds: readonly string[]; results: Map<number, ToolResult> }
    | undefined;
  #callCount = 0;

  readonly note = (kind: HistoryChange['kind'], index: number, detail: string): void => {
    this.#changes.push({ kind, index, detail });
  };

  take(message: ForeignMessage, index: number): void {
    switch (message.role) {
      case 'system':
        this.#instructions.push(message.text);
        this.note('folded-system', index, 'moved to the instructions');
        return;
      case 'user':
        this.#closeCalls(index);
        this.#takeUser(message.parts, index);
        return;
      case 'assistant':
        this.#closeCalls(index);
        this.#takeAssistant(message, index);
        return;
      case 'tool':
        this.#takeResult(message, index);
    }
  }

  finish(length: number): RepairedHistory {
    this.#closeCalls(length);
    return {
      turns: this.#turns,
      instructions: this.#instructions.join('\n\n'),
      changes: this.#changes,
    };
  }

  #takeUser(parts: readonly Part[], index: number): void {
    if (!isNonEmpty(parts)) {
      this.note('dropped-empty', index, 'an empty user message');
      return;
    }
    const input: UserInput = { parts };
    const last = this.#turns.at(-1);
    if (last?.role === 'user') {
      this.#replaceLast({ ...last, inputs: [...last.inputs, input] });
      this.note('merged-user', index, 'merged into the user turn before');
    } else if (last?.role === 'tool') {
      this.#replaceLast({ ...last, inputs: [...(last.inputs ?? []), input] });
      this.note('joined-input', index, 'added to the tool turn before');
    } else {
      this.#turns.push({ role: 'user', inputs: [input] });
    }
  }

  #takeAssistant(
    { text, calls }: Extract<ForeignMessage, { role: 'assistant' }>,
    index: number,
  ): void {
    if (text === '' && calls.length === 0) {
      this.note('dropped-empty', index, 'an assistant message without text or calls');
      return;
    }
    if (this.#turns.length === 0) {
      const text = '[The conversation starts with the assistant.]';
      this.#turns.push({ role: 'user', inputs: [{ parts: [{ type: 'text', text }] }] });
      this.note('inserted-user', index, text);
    }
    const ours = calls.map((call) => this.#ownCall(call));
    if (isNonEmpty(ours)) {
      this.#takeCalls(
        ours,
        calls.map(({ id }) => id),
        text,
        index,
      );
      return;
    }
    const last = this.#turns.at(-1);
    if (last?.role === 'assistant' && last.kind === 'text') {
      this.#replaceLast({ ...last, text: `${last.text}\n\n${text}` });
      this.note('merged-assistant', index, 'merged into the assistant text before');
    } else {
      this.#turns.push({ role: 'assistant', kind: 'text', text });
    }
  }

  #takeCalls(
    calls: NonEmpty<ToolCall>,
    foreignIds: readonly string[],
    text: string,
    index: number,
  ): void {
    const before = this.#turns.at(-1);
    const isAfterText = before?.role === 'assistant' && before.kind === 'text';
    const reasoning = [isAfterText ? before.text : '', text]
      .filter((each) => each !== '')
      .join('\n\n');
    if (isAfterText) this.#turns.pop();
    const turn: CallsTurn = {
      role: 'assistant',
      kind: 'calls',
      calls,
      ...(reasoning === '' ? {} : { reasoning }),
    };
    if (reasoning !== '') this.note('split-text', index, reasoning);
    this.#turns.push(turn);
    this.#open = { turn, foreignIds, results: new Map() };
  }

  #takeResult(message: Extract<ForeignMessage, { role: 'tool' }>, index: number): void {
    const open = this.#open;
    const place = open === undefined ? -1 : findCall(open, message);
    const call = open?.turn.calls[place];
    if (open === undefined || call === undefined) {
      this.note('dropped-result', index, message.parts.map(describePart).join(''));
      return;
    }
    open.results.set(place, {
      callId: call.id,
      name: call.name,
      status: 'ok',
      parts: message.parts,
    });
    if (open.results.size === open.turn.calls.length) this.#closeCalls(index);
  }

  #closeCalls(index: number): void {
    const open = this.#open;
    if (open === undefined) return;
    this.#open = undefined;
    const results = open.turn.calls.map(
      (call, place) => open.results.get(place) ?? this.#cancel(call, index),
    );
    if (isNonEmpty(results)) this.#turns.push({ role: 'tool', results });
  }

  #cancel(call: ToolCall, index: number): ToolResult {
    this.note('answered-call', index, `"${call.name}" had no result`);
    const text = 'The history has no result for this call.';
    return {
      callId: call.id,
      name: call.name,
      status: 'cancelled',
      parts: [{ type: 'text', text }],
    };
  }

  #ownCall(call: ForeignCall): ToolCall {
    this.#callCount += 1;
    const { id: _foreign, ...rest } = call;
    return { ...rest, id: `history.${this.#callCount}` };
  }

  #replaceLast(turn: Turn): void {
    this.#turns[this.#turns.length - 1] = turn;
  }
}

type ForeignCall = Extract<ForeignMessage, { role: 'assistant' }>['calls'][number];

/** The open call that a result belongs to: the one with its id, or without an id the first one with its name. */
function findCall(
  open: { turn: CallsTurn; foreignIds: readonly string[]; results: Map<number, ToolResult> },
  { callId, name }: Extract<ForeignMessage, { role: 'tool' }>,
): number {
  return open.turn.calls.findIndex(
    (call, place) =>
      !open.results.has(place) &&
      (callId === undefined ? call.name === name : open.foreignIds[place] === callId),
  );
}

function describePart(part: Part): string {
  return part.type === 'text' ? part.text : `[image ${part.image.mediaType}]`;
}
