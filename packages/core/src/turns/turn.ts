import type { JsonObject, JsonValue, NonEmpty } from '../json.ts';

/** A piece of text. */
export interface TextPart {
  readonly type: 'text';
  readonly text: string;
}

/** What stands for an image in a transcript; the bytes lie in a blob store under `sha256`. */
export interface ImageRef {
  /** Hex SHA-256 of the bytes. */
  readonly sha256: string;
  /** Such as `image/png`; found from the bytes, not from a name. */
  readonly mediaType: string;
  /** Pixels. */
  readonly width: number;
  /** Pixels. */
  readonly height: number;
}

/** An image. */
export interface ImagePart {
  readonly type: 'image';
  readonly image: ImageRef;
}

/** A piece of what a user says or a tool returns. */
export type Part = TextPart | ImagePart;

/** One input of the user: what was said at once. */
export interface UserInput {
  readonly parts: NonEmpty<Part>;
}

/** What the user said before the model answered: one input, or several where more came in meanwhile. */
export interface UserTurn {
  readonly role: 'user';
  readonly inputs: NonEmpty<UserInput>;
}

/** What the model wants to be run. */
export interface ToolCall {
  /** Ours, the turn's place in the transcript and the call's in the turn, such as `3.0`: servers repeat ids or send none. */
  readonly id: string;
  /** The tool's own name, or what the model wrote where no such tool was offered. */
  readonly name: string;
  /** Parsed arguments; `{}` where they could not be read. */
  readonly arguments: JsonObject;
  /** Why the arguments could not be read, and what the model wrote; such a call never runs. */
  readonly unreadable?: { readonly text: string; readonly problem: string };
}

interface AssistantTurnBase {
  readonly role: 'assistant';
  /** What the model thought aloud, where the server says it apart. Never sent to another profile. */
  readonly reasoning?: string;
  /** Opaque data of the server, replayed to the same profile only. */
  readonly provider?: { readonly profile: string; readonly data: JsonObject };
}

/** An assistant turn that is text. */
export interface TextTurn extends AssistantTurnBase {
  readonly kind: 'text';
  readonly text: string;
}

/** An assistant turn that is calls. */
export interface CallsTurn extends AssistantTurnBase {
  readonly kind: 'calls';
  readonly calls: NonEmpty<ToolCall>;
}

/** One turn of the model: EITHER text OR calls, never both. */
export type AssistantTurn = TextTurn | CallsTurn;

/** How a call ended. Everything but `ok` is for the model to mend. */
export type ToolResultStatus =
  | 'ok'
  | 'error'
  | 'denied'
  | 'timeout'
  | 'cancelled'
  | 'unknown-tool'
  | 'invalid-arguments';

/** Our answer to one call. */
export interface ToolResult {
  readonly callId: string;
  readonly name: string;
  readonly status: ToolResultStatus;
  /** What the model is told, in full; capping is done in the view. */
  readonly parts: readonly Part[];
  /** Characters of each text that the model is shown; the middle of a longer one is left out. */
  readonly maxChars?: number;
  /** What the program gets and the model does not. */
  readonly forApp?: JsonValue;
}

/** The answers to every call of the turn before, in call order, and what the user said meanwhile. */
export interface ToolTurn {
  readonly role: 'tool';
  readonly results: NonEmpty<ToolResult>;
  /** Inputs that came while the tools ran. */
  readonly inputs?: NonEmpty<UserInput>;
}

/** One message of a conversation. */
export type Turn = UserTurn | AssistantTurn | ToolTurn;

/** The text of parts, images left out. */
export function textOf(parts: readonly Part[]): string {
  const only = parts.length === 1 ? parts[0] : undefined;
  if (only?.type === 'text') return only.text;
  return parts.flatMap((part) => (part.type === 'text' ? [part.text] : [])).join('\n');
}
