/// <reference path="./mathjs-bundle.d.ts" />
import type {
  BigNumber,
  FunctionNode,
  MathJsInstance,
  MathNode,
  OperatorNode,
  Unit,
  UnitDefinition,
} from 'mathjs';

export type { BigNumber, FunctionNode, MathNode, OperatorNode, Unit };

/** The value of an expression, or of a part of it. */
export type Value = BigNumber | Unit | boolean;

/** The only functions of mathjs that are called with the model's numbers. None of them parses an expression. */
export type Operation = (typeof operations)[number];

/** The part of mathjs that the calculator uses: a parser that only builds trees, and a few functions. */
export interface Engine {
  /** Parses an expression into a tree, without evaluating it. Throws `SyntaxError`. */
  parse(source: string): MathNode;
  /** Creates a number with 64 decimal digits. */
  toNumber(text: string | number): BigNumber;
  /** The unit with this name, such as `km`, without a value; `undefined` if there is none. */
  findUnit(name: string): Unit | undefined;
  isUnit(value: unknown): value is Unit;
  isNumber(value: unknown): value is BigNumber;
  /** Calls one of the {@link Operation}s. Throws the errors of mathjs. */
  call(operation: Operation, values: readonly Value[]): unknown;
}

const operations = [
  'add',
  'subtract',
  'multiply',
  'divide',
  'mod',
  'pow',
  'unaryMinus',
  'to',
  'abs',
  'ceil',
  'floor',
  'fix',
  'round',
  'sign',
  'sqrt',
  'cbrt',
  'nthRoot',
  'exp',
  'log',
  'log2',
  'log10',
  'gcd',
  'lcm',
  'factorial',
  'hypot',
  'max',
  'min',
  'sum',
  'mean',
  'median',
  'std',
  'variance',
  'larger',
  'largerEq',
  'smaller',
  'smallerEq',
  'equal',
  'unequal',
] as const;

/** Common units that mathjs does not know. */
const extraUnits = {
  mph: { definition: '1 mile/hour' },
  kph: { definition: '1 km/hour', aliases: ['kmh'] },
  knot: { definition: '1852 m/hour', aliases: ['knots', 'kn'] },
  nauticalmile: { definition: '1852 m', aliases: ['nauticalmiles', 'nmi'] },
  astronomicalunit: { definition: '149597870700 m', aliases: ['AU', 'au'] },
  lightyear: { definition: '9460730472580800 m', aliases: ['lightyears', 'ly'] },
  parsec: { definition: '30856775814913673 m', aliases: ['parsecs'] },
  cal: { definition: '4.184 J', prefixes: 'short', aliases: ['calorie', 'calories'] },
  tsp: { definition: '1 teaspoon' },
  tbsp: { definition: '1 tablespoon' },
} as const;

let engine: Promise<Engine> | undefined;

/** Loads the engine at the first use: mathjs is large. */
export function loadEngine(): Promise<Engine> {
  engine ??= createEngine();
  return engine;
}

/**
 * The bundle of mathjs is one file. Loading its thousand modules instead takes four times the CPU time (measured on Node 20).
 * The bundle has every function, created at the first use; only those in `operations` are called.
 */
async function createEngine(): Promise<Engine> {
  const { default: bundle } = await import('mathjs/lib/browser/math.js');
  // With `predictable` every result is real: sqrt(-1) is NaN, which becomes an error, and not a complex number.
  const math = bundle.create({ number: 'BigNumber', precision: 64, predictable: true });
  math.createUnit(extraUnits as unknown as Record<string, UnitDefinition>);
  return engineOf(math);
}

function engineOf(math: MathJsInstance): Engine {
  const called = new Map(
    operations.map((name) => [name, math[name] as (...values: readonly Value[]) => unknown]),
  );
  const isUnit = (value: unknown): value is Unit => math.isUnit(value);
  return {
    parse: (source) => math.parse(source),
    toNumber: (text) => math.bignumber(text),
    findUnit: (name) => (math.Unit.isValuelessUnit(name) ? math.Unit.parse(name) : undefined),
    isUnit,
    isNumber: (value): value is BigNumber => math.isBigNumber(value),
    call: (operation, values) => called.get(operation)?.(...values),
  };
}
