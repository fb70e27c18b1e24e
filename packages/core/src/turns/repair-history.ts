import { TurnwiseError } from '../errors.ts';
import { isNonEmpty, type NonEmpty } from '../json.ts';
import { checkOptions, type OptionChecks, option } from '../options.ts';
import type { BlobStore } from './blob-store.ts';
import type { HistoryChange } from './history-change.ts';
import {
  type ImportContext,
  type ImportedCall,
  type ImportedMessage,
  type ImportedResult,
  unreadableMessage,
} from './import/imported-message.ts';
import { matchResults, type PlacedMessage } from './import/match-results.ts';
import { readMessage } from './import/read-message.ts';
import type {
  AssistantTurn,
  CallsTurn,
  Part,
  ToolCall,
  ToolResult,
  Turn,
  UserInput,
} from './turn.ts';

/** Options of an import. */
export interface RepairOptions {
  /** Stores images that are given with their bytes; without a store a text replaces each image. */
  readonly blobs?: BlobStore | undefined;
}

const repairChecks: OptionChecks<RepairOptions> = {
  blobs: option.methods('a BlobStore, such as memoryBlobStore()', 'put', 'get'),
};

/** The turns of an imported history, and every change. */
export interface RepairedHistory {
  readonly turns: readonly Turn[];
  /** The text of the system messages, in order; pass it to the agent as `instructions`. */
  readonly instructions: string;
  /** In the order of the messages. */
  readonly changes: readonly HistoryChange[];
  /** Resolves when the blob store has the images of the messages, and rejects if it fails. */
  readonly stored: Promise<void>;
}

/**
 * Converts messages of other programs to turns that follow the turn law. Throws `invalid_state` if a value is not a message
 * or a part of it is not known.
 */
export function repairHistory(
  messages: readonly unknown[],
  options: RepairOptions,
): RepairedHistory {
  checkOptions(options, { name: 'Transcript.repair()', known: repairChecks });
  if (!Array.isArray(messages)) {
    throw new TurnwiseError(
      'invalid_state',
      'An imported history must be a list of messages: Transcript.repair([{ role: "user", content: "…" }]).',
    );
  }
  const changes: HistoryChange[] = [];
  const note: Note = (kind, index, detail) => void changes.push({ kind, index, detail });
  const writing: (void | Promise<void>)[] = [];
  const placed = messages.flatMap((message: unknown, index) => {
    const context: ImportContext = {
      blobs: options.blobs,
      note: (kind, detail) => note(kind, index, detail),
      stores: (each) => void writing.push(each),
      unreadable: (reason) => unreadableMessage(index, reason),
    };
    return readMessage(message, context).map((read): PlacedMessage => ({ index, message: read }));
  });
  const repair = new Repair(matchResults(placed, note), note);
  const ends = endsOfResults(placed, messages.length);
  for (const [place, { index, message }] of placed.entries()) {
    repair.take(message, index, ends[place] ?? messages.length);
  }
  const { turns, instructions } = repair.finish();
  const stored = Promise.all(writing).then(() => undefined);
  // Few programs wait for it.
  stored.catch(() => undefined);
  // Sorting is stable: changes of one message keep their order.
  changes.sort((one, other) => one.index - other.index);
  return { turns, instructions, changes, stored };
}

type Note = (kind: HistoryChange['kind'], index: number, detail: string) => void;

/** For each message the index of the next message of the user or the assistant, which ends its results. */
function endsOfResults(placed: readonly PlacedMessage[], length: number): readonly number[] {
  const ends: number[] = [];
  let end = length;
  for (const { index, message } of placed.toReversed()) {
    ends.push(end);
    if (message.role === 'user' || message.role === 'assistant') end = index;
  }
  return ends.reverse();
}

/** Makes turns of messages whose results are matched already. */
class Repair {
  readonly #results: ReadonlyMap<ImportedCall, ImportedResult>;
  readonly #note: Note;
  readonly #turns: Turn[] = [];
  readonly #instructions: string[] = [];
  /** The reasoning of messages that contain nothing else; it belongs to the next message of the assistant. */
  #reasoning: { readonly text: string; readonly index: number }[] = [];
  #callCount = 0;

  constructor(results: ReadonlyMap<ImportedCall, ImportedResult>, note: Note) {
    this.#results = results;
    this.#note = note;
  }

  /** Adds a message. `end` is the index of the message after its results. */
  take(message: ImportedMessage, index: number, end: number): void {
    switch (message.role) {
      case 'system':
        this.#instructions.push(message.text);
        this.#note('folded-system', index, 'moved to the instructions');
        return;
      case 'user':
        this.#dropReasoning();
        this.#takeUser(message.parts, index);
        return;
      case 'assistant':
        this.#takeAssistant(message, index, end);
        return;
      case 'tool':
      // Its results are added together with their calls.
    }
  }

  finish(): Omit<RepairedHistory, 'changes' | 'stored'> {
    this.#dropReasoning();
    return { turns: this.#turns, instructions: this.#instructions.join('\n\n') };
  }

  #takeUser(parts: readonly Part[], index: number): void {
    if (!isNonEmpty(parts)) {
      this.#note('dropped-empty', index, 'an empty user message');
      return;
    }
    const input: UserInput = { parts };
    const last = this.#turns.at(-1);
    if (last?.role === 'user') {
      this.#replaceLast({ ...last, inputs: [...last.inputs, input] });
      this.#note('merged-user', index, 'merged into the user turn before');
    } else if (last?.role === 'tool') {
      this.#replaceLast({ ...last, inputs: [...(last.inputs ?? []), input] });
      this.#note('joined-input', index, 'added to the tool turn before');
    } else {
      this.#turns.push({ role: 'user', inputs: [input] });
    }
  }

  #takeAssistant(
    { text, reasoning, calls }: Extract<ImportedMessage, { role: 'assistant' }>,
    index: number,
    end: number,
  ): void {
    if (text === '' && calls.length === 0) {
      if (reasoning === '') {
        this.#note('dropped-empty', index, 'an assistant message without text or calls');
      } else this.#reasoning.push({ text: reasoning, index });
      return;
    }
    this.#beginWithUser(index);
    const thoughts = joinParagraphs([...this.#reasoning.map((each) => each.text), reasoning]);
    this.#reasoning = [];
    if (isNonEmpty(calls)) this.#takeCalls(calls, { text, reasoning: thoughts }, index, end);
    else this.#takeText(text, thoughts, index);
  }

  #beginWithUser(index: number): void {
    if (this.#turns.length > 0) return;
    const text = '[The conversation starts with the assistant.]';
    this.#turns.push({ role: 'user', inputs: [{ parts: [{ type: 'text', text }] }] });
    this.#note('inserted-user', index, text);
  }

  #takeText(text: string, reasoning: string, index: number): void {
    const last = this.#turns.at(-1);
    if (last?.role !== 'assistant' || last.kind !== 'text') {
      this.#turns.push({ role: 'assistant', kind: 'text', text, ...withReasoning(reasoning) });
      return;
    }
    const thoughts = joinParagraphs([last.reasoning ?? '', reasoning]);
    this.#replaceLast({ ...last, text: `${last.text}\n\n${text}`, ...withReasoning(thoughts) });
    this.#note('merged-assistant', index, 'merged into the assistant text before');
  }

  #takeCalls(
    calls: NonEmpty<ImportedCall>,
    { text, reasoning }: { readonly text: string; readonly reasoning: string },
    index: number,
    end: number,
  ): void {
    const before = this.#turns.at(-1);
    const textBefore = before?.role === 'assistant' && before.kind === 'text' ? before : undefined;
    if (textBefore !== undefined) this.#turns.pop();
    const textNextToCalls = joinParagraphs([textBefore?.text ?? '', text]);
    if (textNextToCalls !== '') this.#note('split-text', index, textNextToCalls);
    const thoughts = joinParagraphs([textBefore?.reasoning ?? '', reasoning, textNextToCalls]);
    const [first, ...others] = calls;
    const own: NonEmpty<ToolCall> = [
      this.#ownCall(first),
      ...others.map((call) => this.#ownCall(call)),
    ];
    const turn: CallsTurn = {
      role: 'assistant',
      kind: 'calls',
      calls: own,
      ...withReasoning(thoughts),
    };
    const results = calls.map((call, place) => this.#resultOf(call, own[place] ?? own[0], end));
    this.#turns.push(turn);
    if (isNonEmpty(results)) this.#turns.push({ role: 'tool', results });
  }

  #resultOf(imported: ImportedCall, { id, name }: ToolCall, end: number): ToolResult {
    const result = this.#results.get(imported);
    if (result !== undefined) {
      return { callId: id, name, status: result.status, parts: result.parts };
    }
    this.#note('answered-call', end, `"${name}" had no result`);
    const text = 'The history has no result for this call.';
    return { callId: id, name, status: 'cancelled', parts: [{ type: 'text', text }] };
  }

  #ownCall({ id: _imported, ...call }: ImportedCall): ToolCall {
    this.#callCount += 1;
    return { ...call, id: `history.${this.#callCount}` };
  }

  #dropReasoning(): void {
    for (const { text, index } of this.#reasoning) this.#note('dropped-reasoning', index, text);
    this.#reasoning = [];
  }

  #replaceLast(turn: Turn): void {
    this.#turns[this.#turns.length - 1] = turn;
  }
}

function withReasoning(reasoning: string): Pick<AssistantTurn, 'reasoning'> {
  return reasoning === '' ? {} : { reasoning };
}

function joinParagraphs(texts: readonly string[]): string {
  return texts.filter((text) => text !== '').join('\n\n');
}
