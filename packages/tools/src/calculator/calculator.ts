import { type Tool, tool } from '@turnwise/core';
import { checkOptions, type OptionChecks, option } from '@turnwise/core/model';
import { z } from 'zod';
import { computeExpression } from './compute-expression.ts';

/** The options of the calculator. */
export interface CalculatorOptions {
  /** The name of the tool. @default 'calculator' */
  readonly name?: string | undefined;
  /** The maximum length of an expression, in characters. @default 500 */
  readonly maxExpressionChars?: number | undefined;
}

const calculatorChecks: OptionChecks<CalculatorOptions> = {
  name: option.text,
  maxExpressionChars: option.whole(1),
};

/**
 * A tool that computes one expression with exact decimals and units: `17% of 42`, `2^10`, `5 km in miles`.
 * It returns `17% of 42 = 7.14`, and adds a sentence if the expression is ambiguous.
 * It knows only numbers, units and about fifty functions: no variables, no definitions, no code. The length of the
 * expression limits its time. If it cannot compute an expression, the model receives an error that explains what to write.
 */
export function calculator(options: CalculatorOptions = {}): Tool {
  checkOptions(options, { name: 'calculator()', known: calculatorChecks });
  const { name = 'calculator', maxExpressionChars = 500 } = options;
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
