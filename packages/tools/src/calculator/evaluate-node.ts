import { CalculationError } from './calculation-error.ts';
import { computeFactorial, functions } from './functions.ts';
import type {
  BigNumber,
  Engine,
  FunctionNode,
  MathNode,
  Operation,
  OperatorNode,
  Unit,
  Value,
} from './mathjs.ts';

/** Numbers larger than 10^1000, or closer to 0 than its inverse, are refused at every step of a calculation. */
const largestExponent = 1000;
const largestPower = 1e9;

const operators: ReadonlyMap<string, Operation> = new Map<string, Operation>([
  ['add', 'add'],
  ['subtract', 'subtract'],
  ['multiply', 'multiply'],
  ['divide', 'divide'],
  ['mod', 'mod'],
  ['pow', 'pow'],
  ['unaryMinus', 'unaryMinus'],
  ['to', 'to'],
  ['larger', 'larger'],
  ['largerEq', 'largerEq'],
  ['smaller', 'smaller'],
  ['smallerEq', 'smallerEq'],
  ['equal', 'equal'],
  ['unequal', 'unequal'],
]);

const constants: ReadonlyMap<string, string> = new Map([
  ['pi', '3.141592653589793238462643383279502884197169399375105820974944592'],
  ['e', '2.718281828459045235360287471352662497757247093699959574966967628'],
  ['tau', '6.283185307179586476925286766559005768394338798750211641949889185'],
  ['phi', '1.618033988749894848204586834365638117720309179805762862135448623'],
  ['dozen', '12'],
  ['hundred', '100'],
  ['thousand', '1e3'],
  ['million', '1e6'],
  ['billion', '1e9'],
  ['trillion', '1e12'],
]);

/**
 * Computes a parsed expression by walking its tree. Only the kinds of nodes, operators, functions, constants and
 * units that are listed here are supported; the evaluation of mathjs, with its scopes and properties, is never used.
 * Each operation is checked before it runs, and its result after. Throws `CalculationError` for everything else.
 */
export function evaluateNode(engine: Engine, node: MathNode): Value {
  switch (node.type) {
    case 'ConstantNode':
      return readConstant(engine, (node as MathNode & { value: unknown }).value);
    case 'ParenthesisNode':
      return evaluateNode(engine, (node as MathNode & { content: MathNode }).content);
    case 'SymbolNode':
      return readName(engine, (node as MathNode & { name: string }).name);
    case 'OperatorNode':
      return applyOperator(engine, node as OperatorNode);
    case 'FunctionNode':
      return applyFunction(engine, node as FunctionNode);
    default:
      throw new CalculationError(
        `${describeNode(node.type)} cannot be computed here. Use numbers, units, parentheses, + - * / ^ % and functions such as sqrt(2) or mean(1, 2, 3).`,
      );
  }
}

const nodeNames: ReadonlyMap<string, string> = new Map([
  ['AccessorNode', 'A property or an index'],
  ['ArrayNode', 'A list outside of sum, mean, median, min or max'],
  ['ConditionalNode', 'A condition'],
  ['RelationalNode', 'A chain of comparisons'],
  ['RangeNode', 'A range'],
  ['ObjectNode', 'An object'],
]);

function describeNode(type: string): string {
  return nodeNames.get(type) ?? 'This';
}

function readConstant(engine: Engine, value: unknown): Value {
  if (typeof value === 'boolean') return value;
  if (typeof value !== 'string' && engine.isNumber(value)) return checkNumber(value);
  throw new CalculationError(`${JSON.stringify(String(value))} is not a number.`);
}

function readName(engine: Engine, name: string): Value {
  const constant = constants.get(name) ?? constants.get(name.toLowerCase());
  if (constant !== undefined) return engine.toNumber(constant);
  const unit = engine.findUnit(name);
  if (unit !== undefined) return unit;
  throw new CalculationError(`Unknown name "${name}".${suggestName(engine, name)}`);
}

function suggestName(engine: Engine, name: string): string {
  if (functions.has(name.toLowerCase()))
    return ` It is a function: write ${name.toLowerCase()}(…).`;
  const unit = [name.toLowerCase(), name.toUpperCase(), name.replace(/s$/i, ''), `${name}s`].find(
    (spelling) => engine.findUnit(spelling) !== undefined,
  );
  if (unit !== undefined) return ` Did you mean the unit "${unit}"?`;
  return ' There are no variables: write the number, or a unit such as km, kg, hour, degC.';
}

function applyOperator(engine: Engine, node: OperatorNode): Value {
  const [left, right] = node.args;
  if (left === undefined) throw new CalculationError('A number is missing next to an operator.');
  const first = evaluateNode(engine, left);
  if (right === undefined) return applyUnary(engine, node.fn, first);
  const second = evaluateNode(engine, right);
  const operation = operators.get(node.fn);
  if (operation === undefined) throw unknownOperator(node.op);
  // As on a pocket calculator, 200 + 10% is 220.
  if ((operation === 'add' || operation === 'subtract') && isPercentage(right)) {
    return run(engine, operation, [first, run(engine, 'multiply', [first, second])]);
  }
  return run(engine, operation, [first, second]);
}

function applyUnary(engine: Engine, name: string, value: Value): Value {
  if (name === 'unaryPlus') return value;
  if (name === 'unaryMinus') return run(engine, name, [value]);
  if (name === 'factorial') return check(engine, name, computeFactorial(engine, [value]));
  if (name === percentMark) return run(engine, 'divide', [value, engine.toNumber(100)]);
  throw unknownOperator(name);
}

/** The parser's name for `'`, which represents the percentage sign. */
const percentMark = 'ctranspose';

function isPercentage(node: MathNode): boolean {
  const { fn, args } = node as OperatorNode;
  if (fn === 'unaryMinus' || fn === 'unaryPlus')
    return args[0] !== undefined && isPercentage(args[0]);
  return node.type === 'OperatorNode' && fn === percentMark;
}

function unknownOperator(sign: string): CalculationError {
  return new CalculationError(
    `The operator "${sign}" is not supported. Use + - * / ^ mod ! and comparisons.`,
  );
}

function applyFunction(engine: Engine, node: FunctionNode): Value {
  const name = (node.fn as MathNode & { name?: string }).name ?? '';
  if ((node.fn as MathNode).type !== 'SymbolNode') {
    throw new CalculationError('Only functions can be called, such as sqrt(2).');
  }
  const quoted = name === 'unit' ? quotedText(node.args) : undefined;
  if (quoted !== undefined) return evaluateNode(engine, engine.parse(quoted));
  const called = functions.get(name.toLowerCase());
  if (called === undefined) return multiplyByName(engine, name, node);
  const values = listArguments(node).map((argument) => evaluateNode(engine, argument));
  checkCount(name, called.takes, values.length);
  const operation = operators.get(name.toLowerCase());
  if (operation !== undefined && values.length === 2) return run(engine, operation, values);
  return check(
    engine,
    name,
    attempt(name, () => called.compute(engine, values)),
  );
}

function quotedText(parameters: readonly MathNode[]): string | undefined {
  const value = (parameters[0] as (MathNode & { value?: unknown }) | undefined)?.value;
  return parameters.length === 1 && typeof value === 'string' && /^[\w\s.^*/+-]+$/.test(value)
    ? value
    : undefined;
}

/** `pi(2 + 3)` and `5 km (2)` look like calls to the parser, but are products. */
function multiplyByName(engine: Engine, name: string, node: FunctionNode): Value {
  const [only, ...others] = node.args;
  if (only === undefined || others.length > 0 || !isKnown(engine, name)) {
    throw new CalculationError(
      `Unknown function "${name}". Available: ${[...functions.keys()].join(', ')}.`,
    );
  }
  return run(engine, 'multiply', [readName(engine, name), evaluateNode(engine, only)]);
}

function isKnown(engine: Engine, name: string): boolean {
  return constants.has(name.toLowerCase()) || engine.findUnit(name) !== undefined;
}

/** The arguments of a call; `mean([1, 2, 3])` is `mean(1, 2, 3)`. */
function listArguments(node: FunctionNode): readonly MathNode[] {
  const [only, ...others] = node.args;
  if (only?.type !== 'ArrayNode' || others.length > 0) return node.args;
  return (only as MathNode & { items: MathNode[] }).items;
}

function checkCount(name: string, [min, max]: readonly [number, number], given: number): void {
  if (given >= min && given <= max) return;
  const wanted = max === min ? `${min}` : `${min} to ${max}`;
  const limit = max === Number.POSITIVE_INFINITY ? `at least ${min}` : wanted;
  throw new CalculationError(
    `${name} takes ${limit} ${limit === '1' ? 'number' : 'numbers'}, not ${given}. A comma separates them, so write 1234 and not 1,234.`,
  );
}

function run(engine: Engine, operation: Operation, values: readonly Value[]): Value {
  const [first, second] = values;
  if (operation === 'divide' || operation === 'mod') refuseZero(engine, second);
  if (operation === 'mod') refuseLostRemainder(engine, first, second);
  if (operation === 'pow') refuseHugePower(engine, first, second);
  return check(
    engine,
    operation,
    attempt(operation, () => engine.call(operation, values)),
  );
}

function refuseZero(engine: Engine, divisor: Value | undefined): void {
  const amount = engine.isUnit(divisor) ? amountOf(divisor) : divisor;
  if (engine.isNumber(amount) && amount.isZero()) {
    throw new CalculationError('Division by zero has no result.');
  }
}

/** Numbers have 64 digits, so the remainder of a longer quotient would be wrong. */
function refuseLostRemainder(
  engine: Engine,
  value: Value | undefined,
  divisor: Value | undefined,
): void {
  if (engine.isNumber(value) && engine.isNumber(divisor) && value.e - divisor.e > 60) {
    throw new CalculationError(
      'The first number is too large compared to the second for a remainder.',
    );
  }
}

function refuseHugePower(engine: Engine, base: Value | undefined, power: Value | undefined): void {
  if (!engine.isNumber(power)) throw new CalculationError('A power must be a plain number.');
  const largest = engine.isUnit(base) ? 100 : largestPower;
  if (power.abs().greaterThan(largest)) {
    throw new CalculationError(
      `The power ${power.toPrecision(6)} is too large: results have at most ${largestExponent} digits.`,
    );
  }
}

/** Runs one function of mathjs, and converts its errors to `CalculationError`. */
function attempt(name: string, compute: () => unknown): unknown {
  try {
    return compute();
  } catch (thrown) {
    if (thrown instanceof CalculationError) throw thrown;
    const reason = thrown instanceof Error ? thrown.message : String(thrown);
    throw new CalculationError(`${name} failed: ${explain(reason)}`, { cause: thrown });
  }
}

function explain(reason: string): string {
  if (/units? do not match/i.test(reason)) {
    return 'the units measure different things, such as length and time. Temperatures are degC and degF.';
  }
  if (/Unexpected type of argument|Too (?:few|many) arguments/.test(reason)) {
    return 'it does not accept these values. Check units and comparisons: both sides must be of the same kind.';
  }
  return reason.slice(0, 200);
}

function check(engine: Engine, name: string, value: unknown): Value {
  if (typeof value === 'boolean') return value;
  if (typeof value === 'number') return checkNumber(engine.toNumber(value));
  if (engine.isNumber(value)) return checkNumber(value);
  if (engine.isUnit(value)) {
    const amount = amountOf(value);
    if (engine.isNumber(amount)) checkNumber(amount);
    return value;
  }
  throw new CalculationError(`${name} has a result that is not a number.`);
}

function amountOf(unit: Unit): unknown {
  return (unit as unknown as { value: unknown }).value;
}

function checkNumber(value: BigNumber): BigNumber {
  if (value.isNaN()) {
    throw new CalculationError(
      'The result is not a real number, such as the square root of a negative number.',
    );
  }
  if (!value.isFinite() || Math.abs(value.e) > largestExponent) {
    throw new CalculationError(
      `A number here is too large or too small: at most ${largestExponent} digits.`,
    );
  }
  return value;
}
