import { CalculationError } from './calculation-error.ts';
import { evaluateNode } from './evaluate-node.ts';
import { formatValue } from './format-value.ts';
import {
  type Engine,
  type FunctionNode,
  loadEngine,
  type MathNode,
  type OperatorNode,
  type Value,
} from './mathjs.ts';
import { readExpression } from './read-expression.ts';

/**
 * Computes one expression and returns it with its result, `17% of 42 = 7.14`. Further lines explain how an ambiguous
 * expression was read. Throws only `CalculationError`.
 */
export async function computeExpression(
  expression: string,
  { maxExpressionChars }: { readonly maxExpressionChars: number },
): Promise<string> {
  checkSize(expression, maxExpressionChars);
  const engine = await loadEngine();
  const { source, notes } = readExpression(expression);
  if (source === '') {
    throw new CalculationError('The expression is empty. Write one, such as 17% of 42.');
  }
  const tree = parseTree(engine, source);
  const result = formatValue(engine, computeTree(engine, tree));
  const asked = expression.trim().replace(/[\s=?]+$/, '');
  const readings = [...new Set([...notes, ...noteReadings(tree)])].slice(0, maxNotes);
  return [`${asked} = ${result}`, ...readings].join('\n');
}

const maxNotes = 3;

/** The parser recurses once for each parenthesis, so their depth is limited, too. */
const maxNesting = 50;

function checkSize(expression: string, maxExpressionChars: number): void {
  if (expression.length > maxExpressionChars) {
    throw new CalculationError(
      `The expression has ${expression.length} characters; the limit is ${maxExpressionChars}. Compute it in parts.`,
    );
  }
  let depth = 0;
  for (const sign of expression) {
    if ('([{√'.includes(sign)) depth += 1;
    else if (')]}'.includes(sign)) depth -= 1;
    if (depth > maxNesting) {
      throw new CalculationError(
        `Parentheses are nested more than ${maxNesting} deep. Compute it in parts.`,
      );
    }
  }
}

function parseTree(engine: Engine, source: string): MathNode {
  try {
    return engine.parse(source);
  } catch (thrown) {
    const reason = thrown instanceof Error ? thrown.message.replace(/ \(char \d+\)/, '') : '';
    throw new CalculationError(
      `This is not an expression: ${reason.slice(0, 200)}. Write one such as 17% of 42, (2 + 3) * 4 or 5 km in miles.`,
      { cause: thrown },
    );
  }
}

function computeTree(engine: Engine, tree: MathNode): Value {
  try {
    return evaluateNode(engine, tree);
  } catch (thrown) {
    if (thrown instanceof CalculationError) throw thrown;
    throw new CalculationError('This cannot be computed. Write it more simply, or in parts.', {
      cause: thrown,
    });
  }
}

/** Notes about names and signs whose meaning differs between schools and programs. */
function noteReadings(tree: MathNode): string[] {
  const notes = new Set<string>();
  tree.traverse((node) => {
    const { args = [], implicit } = node as Partial<OperatorNode>;
    const name = node.type === 'FunctionNode' ? (node as FunctionNode).fn.name : undefined;
    if (name?.toLowerCase() === 'log' && args.length === 1) {
      notes.add('log is the natural logarithm; log10 is the decimal logarithm.');
    }
    if (name === 'std' || name === 'variance') {
      notes.add(`${name} is that of a sample: the divisor is n - 1.`);
    }
    if (implicit && args[0]?.type === 'OperatorNode' && args[1]?.type === 'ParenthesisNode') {
      notes.add(
        'Read from left to right: 6/2(3) is (6/2) * 3. For the other reading, add parentheses.',
      );
    }
  });
  return [...notes];
}
