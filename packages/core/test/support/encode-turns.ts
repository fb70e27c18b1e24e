import { createDialect } from '../../src/dialect/create-dialect.ts';
import type { ActPrompt, AnswerPrompt, Dialect, ToolSpec } from '../../src/dialect/dialect.ts';
import type { WireBody } from '../../src/dialect/wire.ts';
import type { JsonObject } from '../../src/json.ts';
import type { ModelProfile } from '../../src/profile/model-profile.ts';
import type {
  ImageRef,
  ToolCall,
  ToolResult,
  ToolTurn,
  Turn,
  UserTurn,
} from '../../src/turns/turn.ts';

/** An image of a conversation. */
export const anImage: ImageRef = { sha256: 'f00d', mediaType: 'image/png', width: 1, height: 1 };

/** A user turn of one text for each input. */
export function user(first: string, ...others: readonly string[]): UserTurn {
  const input = (text: string) => ({ parts: [{ type: 'text', text }] }) as const;
  return { role: 'user', inputs: [input(first), ...others.map(input)] };
}

/** An assistant turn of text. */
export function answer(text: string): Turn {
  return { role: 'assistant', kind: 'text', text };
}

/** A call; its id is its place. */
export function call(id: string, name: string, input: JsonObject = {}): ToolCall {
  return { id, name, arguments: input };
}

/** An assistant turn of calls. */
export function calls(first: ToolCall, ...others: readonly ToolCall[]): Turn {
  return { role: 'assistant', kind: 'calls', calls: [first, ...others] };
}

/** An ok result of one text. */
export function result({ id, name }: ToolCall, text: string): ToolResult {
  return { callId: id, name, status: 'ok', parts: [{ type: 'text', text }] };
}

/** A tool turn, and what the user said meanwhile. */
export function results(
  [first, ...others]: readonly [ToolResult, ...ToolResult[]],
  words?: UserTurn,
): ToolTurn {
  const turn: ToolTurn = { role: 'tool', results: [first, ...others] };
  return words === undefined ? turn : { ...turn, inputs: words.inputs };
}

/** A tool that takes whatever it is given. */
export function spec(name: string, properties: JsonObject = {}, description = ''): ToolSpec {
  return { name, description, parameters: { type: 'object', properties } };
}

interface Saying {
  readonly instructions?: string;
  readonly tools?: readonly [ToolSpec, ...ToolSpec[]];
  readonly dialect?: Dialect;
}

/** The prompt of turns: it offers tools where there are any. */
export function promptOf(
  turns: readonly Turn[],
  { instructions = '', tools }: Saying = {},
): ActPrompt | AnswerPrompt {
  const conversation = { instructions, turns, imageUrl: () => 'data:image/png;base64,AAAA' };
  return tools === undefined
    ? { ...conversation, phase: 'answer', withheldTools: [] }
    : { ...conversation, phase: 'act', tools, toolChoice: 'auto' };
}

/** Turns as a profile has them said. */
export function say(
  profile: ModelProfile,
  turns: readonly Turn[],
  { dialect = createDialect(profile), ...saying }: Saying = {},
): WireBody {
  return dialect.encode(promptOf(turns, saying));
}
