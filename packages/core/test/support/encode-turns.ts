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
export const anImage: ImageRef = {
  sha256: 'f00d'.repeat(16),
  mediaType: 'image/png',
  width: 1,
  height: 1,
};

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

/** A tool turn, with the input that came while the tools ran. */
export function results(
  [first, ...others]: readonly [ToolResult, ...ToolResult[]],
  input?: UserTurn,
): ToolTurn {
  const turn: ToolTurn = { role: 'tool', results: [first, ...others] };
  return input === undefined ? turn : { ...turn, inputs: input.inputs };
}

/** A tool that accepts any arguments. */
export function spec(name: string, properties: JsonObject = {}, description = ''): ToolSpec {
  return { name, description, parameters: { type: 'object', properties } };
}

interface PromptParts {
  readonly instructions?: string;
  readonly tools?: readonly [ToolSpec, ...ToolSpec[]];
  readonly dialect?: Dialect;
}

/** The prompt for some turns; it offers tools if there are any. */
export function promptOf(
  turns: readonly Turn[],
  { instructions = '', tools }: PromptParts = {},
): ActPrompt | AnswerPrompt {
  const conversation = { instructions, turns, imageUrl: () => 'data:image/png;base64,AAAA' };
  return tools === undefined
    ? { ...conversation, phase: 'answer', withheldTools: [] }
    : { ...conversation, phase: 'act', tools, toolChoice: 'auto' };
}

/** The request body that a profile makes of some turns. */
export function encodeTurns(
  profile: ModelProfile,
  turns: readonly Turn[],
  { dialect = createDialect(profile), ...parts }: PromptParts = {},
): WireBody {
  return dialect.encode(promptOf(turns, parts));
}
