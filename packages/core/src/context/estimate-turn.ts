import { TurnwiseError } from '../errors.ts';
import { memoize } from '../memoize.ts';
import { isPromiseLike } from '../promise-like.ts';
import type { ImageRef, Part, ToolCall, ToolResult, Turn, UserInput } from '../turns/turn.ts';
import { estimateTextTokens } from './estimate-text.ts';

/** Counts the tokens of a text. */
export type CountTokens = (text: string) => number;

/** How the texts and images of a model are counted. */
export interface Measure {
  /** @default an estimate without a tokenizer */
  readonly countTokens?: CountTokens | undefined;
  /** Tokens of an image. */
  readonly imageTokens: (image: ImageRef) => number;
}

/** Tokens of a chat template for one message, without its content. */
const messageTokens = 5;

/** Makes a measurer. It measures each turn, list of tools and schema once. */
export function turnMeasurer({ countTokens: count = estimateTextTokens, imageTokens }: Measure) {
  const countTokens = (text: string): number => {
    const tokens = count(text);
    if (tokens >= 0) return tokens;
    throw notACount(tokens);
  };
  let instructions = { text: '', tokens: 0 };
  const ofJson = (value: object) => countTokens(JSON.stringify(value));
  const ofTool = memoize(ofJson);
  const ofParts = (parts: readonly Part[], maxChars?: number): number =>
    parts.reduce((sum, part) => {
      if (part.type === 'image') return sum + imageTokens(part.image);
      return sum + countTokens(capped(part.text, maxChars));
    }, messageTokens);
  const ofResult = ({ parts, maxChars }: ToolResult) => ofParts(parts, maxChars);
  const ofCall = ({ name, arguments: input }: ToolCall) =>
    countTokens(name) + ofJson(input) + messageTokens;
  const ofInputs = (inputs: readonly UserInput[]) => sumOf(inputs, ({ parts }) => ofParts(parts));
  return {
    ofTurn: memoize((turn: Turn): number => {
      switch (turn.role) {
        case 'user':
          return ofInputs(turn.inputs);
        case 'assistant':
          return turn.kind === 'text'
            ? countTokens(turn.text) + messageTokens
            : sumOf(turn.calls, ofCall);
        case 'tool':
          return sumOf(turn.results, ofResult) + ofInputs(turn.inputs ?? []);
      }
    }),
    ofText: (text: string): number => countTokens(text),
    /** The last instructions are cached. */
    ofInstructions(text: string): number {
      if (text !== instructions.text) instructions = { text, tokens: countTokens(text) };
      return instructions.tokens;
    },
    ofTool,
    ofTools: memoize((tools: readonly object[]): number => sumOf(tools, ofTool)),
    ofSchema: memoize(ofJson),
  };
}

function notACount(returned: unknown): TurnwiseError {
  const what = isPromiseLike(returned) ? 'a promise' : String(returned);
  return new TurnwiseError(
    'invalid_options',
    `\`contextWindow.countTokens\` returned ${what}; it must return a number of tokens, and not a promise.`,
  );
}

/** Measures turns, instructions, tools and schemas for one model, in tokens. */
export type TurnMeasurer = ReturnType<typeof turnMeasurer>;

function capped(text: string, maxChars: number | undefined): string {
  return maxChars === undefined || text.length <= maxChars ? text : text.slice(0, maxChars);
}

function sumOf<Item>(items: readonly Item[], measure: (item: Item) => number): number {
  return items.reduce((sum, item) => sum + measure(item), 0);
}
