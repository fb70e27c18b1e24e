import type { JsonObject } from '../../json.ts';
import { toGrammarPattern } from './grammar-pattern.ts';

/** A JSON Schema keyword that a server does not accept for constrained decoding. */
export interface RefusedKeyword {
  readonly keyword: string;
  /** Whether the keyword is refused in this schema. @default in every schema */
  readonly when?: (schema: JsonObject) => boolean;
  /** The keywords to use in its place, as close as the server allows. @default none, only the description mentions it */
  readonly instead?: (schema: JsonObject) => JsonObject;
  /** Whether `instead` allows the same values, so that the description need not mention the keyword. @default it does not */
  readonly isExact?: (schema: JsonObject) => boolean;
}

/** For servers that accept every keyword or ignore unknown ones. */
export const nothingRefused: readonly RefusedKeyword[] = [];

/** Rules that no grammar has. */
export const conditionKeywords: readonly RefusedKeyword[] = [
  'not',
  'allOf',
  'if',
  'then',
  'else',
  'dependentRequired',
  'dependentSchemas',
  'dependencies',
].map((keyword) => ({ keyword }));

/** Whether a schema has a pattern that grammars can express. */
export function isGrammarPattern({ pattern }: JsonObject): boolean {
  return typeof pattern === 'string' && toGrammarPattern(pattern) !== undefined;
}
