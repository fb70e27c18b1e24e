import { type Tool, tool } from '@turnwise/core';
import { z } from 'zod';
import { computeExpression } from './compute-expression.ts';

/** How the calculator is offered. */
export interface CalculatorOptions {
  /** Name of the tool. @default 'calculator' */
  readonly name?: string;
  /** Characters of the longest expression that is read. @default 500 */
  readonly maxExpressionChars?: number;
}

/**
 * A tool that computes one expression with exact decimals and units: `17% of 42`, `2^10`, `5 km in miles`.
 * It answers `17% of 42 = 7.14`, and adds a sentence where the expression could be read differently.
 * It holds nothing but numbers, units and about fifty functions: no variables, no definitions, no code, and its work is
 * bounded by the length of the expression. What it cannot compute is thrown with what would work, and so reaches the model.
 */
export function calculator({
  name = 'calculator',
  maxExpressionChars = 500,
}: CalculatorOptions = {}): Tool {
  return tool({
    name,
    description:
      'Computes one expression exactly: numbers, percentages, units and functions. Examples: 17% of 42; (3.5 + 2) * 4; 2^10; sqrt(2); 5 km in miles; 20 degC to degF; 3 h 20 min in minutes; mean(1, 2, 3). log is the natural logarithm, log10 the decimal one; angles are radians unless written as 30 deg.',
    parameters: z.object({
      expression: z.string().describe('The expression, such as 17% of 42 or 5 km in miles.'),
    }),
    execute: ({ expression }) => computeExpression(expression, { maxExpressionChars }),
    repeat: 'safe',
  });
}
