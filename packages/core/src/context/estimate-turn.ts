import type { ImageRef, Part, ToolCall, ToolResult, Turn } from '../turns/turn.ts';
import { estimateTextTokens } from './estimate-text.ts';

/** Counts the tokens of a text: a rough estimate, or the program's own tokenizer. */
export type CountTokens = (text: string) => number;

/** What counting needs to know of a model. */
export interface Measure {
  /** @default an estimate without a tokenizer */
  readonly countTokens?: CountTokens | undefined;
  /** Tokens of an image. */
  readonly imageTokens: (image: ImageRef) => number;
}

/** Tokens that a chat template spends on a message beside its content. */
const messageTokens = 5;

/** Makes a function that measures turns; each turn is measured once and kept with the turn. */
export function turnMeasurer({ countTokens = estimateTextTokens, imageTokens }: Measure) {
  const measured = new WeakMap<Turn, number>();
  const lists = new WeakMap<readonly object[], number>();
  const schemas = new WeakMap<object, number>();
  let instructions = { text: '', tokens: 0 };
  const ofParts = (parts: readonly Part[], maxChars?: number): number =>
    parts.reduce((sum, part) => {
      if (part.type === 'image') return sum + imageTokens(part.image);
      return sum + countTokens(capped(part.text, maxChars));
    }, messageTokens);
  const ofResult = ({ parts, maxChars }: ToolResult) => ofParts(parts, maxChars);
  const ofCall = ({ name, arguments: input }: ToolCall) =>
    countTokens(name) + countTokens(JSON.stringify(input)) + messageTokens;
  const ofTurn = (turn: Turn): number => {
    switch (turn.role) {
      case 'user':
        return sumOf(turn.inputs, ({ parts }) => ofParts(parts));
      case 'assistant':
        return turn.kind === 'text'
          ? countTokens(turn.text) + messageTokens
          : sumOf(turn.calls, ofCall);
      case 'tool':
        return (
          sumOf(turn.results, ofResult) + sumOf(turn.inputs ?? [], ({ parts }) => ofParts(parts))
        );
    }
  };
  return {
    ofTurn(turn: Turn): number {
      const known = measured.get(turn);
      if (known !== undefined) return known;
      const tokens = ofTurn(turn);
      measured.set(turn, tokens);
      return tokens;
    },
    /** The same instructions are measured once in a row. */
    ofInstructions(text: string): number {
      if (text !== instructions.text) instructions = { text, tokens: countTokens(text) };
      return instructions.tokens;
    },
    /** The same list of tools is measured once. */
    ofTools(tools: readonly object[]): number {
      const known = lists.get(tools);
      if (known !== undefined) return known;
      const tokens = sumOf(tools, (tool) => countTokens(JSON.stringify(tool)));
      lists.set(tools, tokens);
      return tokens;
    },
    /** The same schema is measured once. */
    ofSchema(schema: object): number {
      const tokens = schemas.get(schema) ?? countTokens(JSON.stringify(schema));
      schemas.set(schema, tokens);
      return tokens;
    },
  };
}

/** Measures turns, texts and tools for one model. */
export type TurnMeasurer = ReturnType<typeof turnMeasurer>;

function capped(text: string, maxChars: number | undefined): string {
  return maxChars === undefined || text.length <= maxChars ? text : text.slice(0, maxChars);
}

function sumOf<Item>(items: readonly Item[], measure: (item: Item) => number): number {
  return items.reduce((sum, item) => sum + measure(item), 0);
}
