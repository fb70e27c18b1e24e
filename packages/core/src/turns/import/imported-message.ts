import { TurnwiseError } from '../../errors.ts';
import type { JsonObject } from '../../json.ts';
import type { BlobStore } from '../blob-store.ts';
import type { HistoryChange } from '../history-change.ts';
import type { Part, ToolResultStatus } from '../turn.ts';

/** A call of an imported message. Its id is that of the import. */
export interface ImportedCall {
  readonly id?: string | undefined;
  readonly name: string;
  readonly arguments: JsonObject;
  readonly unreadable?: { readonly text: string; readonly problem: string };
}

/** A result of an imported message. */
export interface ImportedResult {
  /** The id of its call; many programs store none. */
  readonly callId?: string | undefined;
  /** The name of the tool; many programs store none. */
  readonly name?: string | undefined;
  readonly status: Extract<ToolResultStatus, 'ok' | 'error' | 'denied'>;
  readonly parts: readonly Part[];
}

/** An imported message in our form. One message of another program can become several. */
export type ImportedMessage =
  | { readonly role: 'system'; readonly text: string }
  | { readonly role: 'user'; readonly parts: readonly Part[] }
  | {
      readonly role: 'assistant';
      readonly text: string;
      readonly reasoning: string;
      readonly calls: readonly ImportedCall[];
    }
  | { readonly role: 'tool'; readonly results: readonly ImportedResult[] };

/** A part of an imported message in our form, regardless of the format. */
export type Piece =
  | { readonly kind: 'text' | 'reasoning'; readonly text: string }
  | { readonly kind: 'image'; readonly part: Part }
  | { readonly kind: 'call'; readonly call: ImportedCall }
  | { readonly kind: 'result'; readonly result: ImportedResult }
  /** The end of a step: later calls were made after the results of earlier ones. */
  | { readonly kind: 'step' };

/** The context in which one message is read. */
export interface ImportContext {
  readonly blobs: BlobStore | undefined;
  /** Lists a change of this message. */
  note(kind: HistoryChange['kind'], detail: string): void;
  /** Collects what the blob store returned for an image. */
  stores(writing: void | Promise<void>): void;
  /** The error for a message that cannot be read. */
  unreadable(reason: string): TurnwiseError;
}

/** Reads one part of a message. */
export type PartReader = (part: JsonObject, context: ImportContext) => readonly Piece[];

/** Part readers by the `type` of the part. */
export type PartReaders = Readonly<Record<string, PartReader>>;

/** The error for a message that cannot be read. `index` is its position in the list. */
export function unreadableMessage(index: number, reason: string): TurnwiseError {
  return new TurnwiseError(
    'invalid_state',
    `Message ${index} cannot be imported: ${reason}. Formats are OpenAI, AI SDK, Anthropic, Ollama and Gemini messages.`,
  );
}

/** A text piece; nothing if the value is not a text or is empty. */
export function textPiece(kind: 'text' | 'reasoning', text: unknown): readonly Piece[] {
  return typeof text === 'string' && text !== '' ? [{ kind, text }] : [];
}

/** A text that is not empty, or `undefined`. */
export function optionalText(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** The text and images among pieces. */
export function partsIn(pieces: readonly Piece[]): readonly Part[] {
  return pieces.flatMap((piece): readonly Part[] => {
    if (piece.kind === 'text') return [{ type: 'text', text: piece.text }];
    return piece.kind === 'image' ? [piece.part] : [];
  });
}
