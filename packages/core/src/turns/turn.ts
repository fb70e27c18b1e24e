import type { JsonObject, JsonValue, NonEmpty } from '../json.ts';

/** A piece of text. */
export interface TextPart {
  readonly type: 'text';
  readonly text: string;
}

/** A reference to an image; a blob store keeps the bytes under `sha256`. */
export interface ImageRef {
  /** Hex SHA-256 of the bytes. */
  readonly sha256: string;
  /** Such as `image/png`; detected from the bytes, not from a name. */
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

/** A part of a user's input or of a tool's result. */
export type Part = TextPart | ImagePart;

/** One input of the user, such as one chat message. */
export interface UserInput {
  readonly parts: NonEmpty<Part>;
}

/** The inputs of the user before the model answers: one, or more if the user adds some. */
export interface UserTurn {
  readonly role: 'user';
  readonly inputs: NonEmpty<UserInput>;
}

/** A tool call that the model asks for. */
export interface ToolCall<Name extends string = string, Arguments extends JsonObject = JsonObject> {
  /** The position of its turn in the conversation and its position in that turn, such as `3.0`; not the id of the server. */
  readonly id: string;
  /** The tool's name, or the text that the model wrote if there is no such tool. */
  readonly name: Name;
  /** Parsed arguments; `{}` if they could not be parsed. */
  readonly arguments: Arguments;
  /** Set if the arguments could not be parsed: what the model wrote, and why. Such a call never runs. */
  readonly unreadable?: { readonly text: string; readonly problem: string };
}

interface AssistantTurnBase {
  readonly role: 'assistant';
  /** The model's reasoning, if the server sends it separately. Never sent to another profile. */
  readonly reasoning?: string;
  /** Set if the server needs something of this turn back. */
  readonly provider?: ProviderData;
}

/** What a server needs back with a turn: signatures of its reasoning, for example. Sent to the same profile only. */
export interface ProviderData {
  /** Id of the profile whose reply the turn is. */
  readonly profile: string;
  /** Empty if only the reasoning of the turn is sent back. */
  readonly data: JsonObject;
}

/** An assistant turn with text. */
export interface TextTurn extends AssistantTurnBase {
  readonly kind: 'text';
  readonly text: string;
}

/** An assistant turn with calls. */
export interface CallsTurn extends AssistantTurnBase {
  readonly kind: 'calls';
  readonly calls: NonEmpty<ToolCall>;
}

/** One turn of the model: EITHER text OR calls, never both. */
export type AssistantTurn = TextTurn | CallsTurn;

/** How a call ended. With every status except `ok`, the text of the result explains to the model what happened. */
export type ToolResultStatus =
  | 'ok'
  | 'error'
  | 'denied'
  | 'timeout'
  | 'cancelled'
  | 'unknown-tool'
  | 'invalid-arguments'
  | 'ungrounded-arguments';

/** The result of one call, as the conversation keeps it. */
export interface ToolResult {
  readonly callId: string;
  readonly name: string;
  readonly status: ToolResultStatus;
  /** The full result. The model may get a shortened copy, see `maxChars`. */
  readonly parts: readonly Part[];
  /** Characters of each text that the model gets; the middle of a longer text is omitted. */
  readonly maxChars?: number;
  /** A value for the program: what the tool returned as JSON or for the program, or the error that it threw. */
  readonly forApp?: JsonValue;
}

/** The results of all calls of the turn before, in call order, and inputs of the user that came meanwhile. */
export interface ToolTurn {
  readonly role: 'tool';
  readonly results: NonEmpty<ToolResult>;
  /** Inputs of the user that came while the tools ran. */
  readonly inputs?: NonEmpty<UserInput>;
}

/** One message of a conversation. */
export type Turn = UserTurn | AssistantTurn | ToolTurn;

/** The text of the parts, without images. */
export function textOf(parts: readonly Part[]): string {
  const only = parts.length === 1 ? parts[0] : undefined;
  if (only?.type === 'text') return only.text;
  return parts.flatMap((part) => (part.type === 'text' ? [part.text] : [])).join('\n');
}
