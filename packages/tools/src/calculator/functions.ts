import { CalculationError } from './calculation-error.ts';
import type { BigNumber, Engine, Operation, Unit, Value } from './mathjs.ts';

/** One function that an expression can call. */
export interface CalculatorFunction {
  /** The minimum and maximum number of arguments. */
  readonly takes: readonly [min: number, max: number];
  compute(engine: Engine, values: readonly Value[]): unknown;
}

const unlimited = Number.POSITIVE_INFINITY;

/** The factorial of 450 has more than 1000 digits. Products of more than 1000 numbers take too long. */
const maxFactorial = 449;
const maxFactors = 1000;

/** The functions that an expression can call, by lower-case name. It is a `Map`, so that `constructor` is not a key. */
export const functions: ReadonlyMap<string, CalculatorFunction> = new Map(
  Object.entries({
    abs: operation('abs', 1),
    ceil: operation('ceil', 1, 2),
    floor: operation('floor', 1, 2),
    fix: operation('fix', 1, 2),
    trunc: operation('fix', 1),
    int: operation('fix', 1),
    round: whole('round', 1, 1, 2),
    sign: operation('sign', 1),
    sqrt: operation('sqrt', 1),
    cbrt: operation('cbrt', 1),
    nthroot: whole('nthRoot', 1, 1, 2),
    pow: operation('pow', 2),
    exp: { takes: [1, 1] as const, compute: computeExp },
    ln: operation('log', 1),
    log: operation('log', 1, 2),
    log2: operation('log2', 1),
    log10: operation('log10', 1),
    lg: operation('log10', 1),
    mod: operation('mod', 2),
    add: operation('add', 2, unlimited),
    subtract: operation('subtract', 2),
    multiply: operation('multiply', 2, unlimited),
    divide: operation('divide', 2),
    to: operation('to', 2),
    gcd: whole('gcd', 0, 1, unlimited),
    lcm: whole('lcm', 0, 1, unlimited),
    factorial: { takes: [1, 1] as const, compute: computeFactorial },
    combinations: { takes: [2, 2] as const, compute: choose('combinations') },
    ncr: { takes: [2, 2] as const, compute: choose('combinations') },
    permutations: { takes: [2, 2] as const, compute: choose('permutations') },
    npr: { takes: [2, 2] as const, compute: choose('permutations') },
    hypot: operation('hypot', 1, unlimited),
    max: operation('max', 1, unlimited),
    min: operation('min', 1, unlimited),
    sum: operation('sum', 1, unlimited),
    mean: operation('mean', 1, unlimited),
    average: operation('mean', 1, unlimited),
    avg: operation('mean', 1, unlimited),
    median: operation('median', 1, unlimited),
    std: operation('std', 1, unlimited),
    variance: operation('variance', 1, unlimited),
    sin: ofAngle(Math.sin),
    cos: ofAngle(Math.cos),
    tan: ofAngle(Math.tan),
    asin: ofDouble(Math.asin),
    acos: ofDouble(Math.acos),
    atan: ofDouble(Math.atan),
    arcsin: ofDouble(Math.asin),
    arccos: ofDouble(Math.acos),
    arctan: ofDouble(Math.atan),
    atan2: { takes: [2, 2] as const, compute: computeAtan2 },
    sinh: ofDouble(Math.sinh),
    cosh: ofDouble(Math.cosh),
    tanh: ofDouble(Math.tanh),
    asinh: ofDouble(Math.asinh),
    acosh: ofDouble(Math.acosh),
    atanh: ofDouble(Math.atanh),
  } satisfies Record<string, CalculatorFunction>),
);

/** The factorial of a whole number that is not too large. */
export function computeFactorial(engine: Engine, values: readonly Value[]): unknown {
  const value = requireWhole(engine, 'factorial', values[0]);
  if (value.lessThan(0) || value.greaterThan(maxFactorial)) {
    throw new CalculationError(
      `factorial takes a whole number from 0 to ${maxFactorial}; ${value} is out of range.`,
    );
  }
  return engine.call('factorial', [value]);
}

function operation(name: Operation, min: number, max = min): CalculatorFunction {
  return { takes: [min, max], compute: (engine, values) => engine.call(name, values) };
}

/** An operation whose arguments from `first` on must be whole numbers. */
function whole(name: Operation, first: number, min: number, max: number): CalculatorFunction {
  return {
    takes: [min, max],
    compute: (engine, values) => {
      for (const value of values.slice(first)) {
        const number = requireWhole(engine, name, value);
        if (first > 0 && (number.lessThan(0) || number.greaterThan(maxFactors))) {
          throw new CalculationError(`${name} takes a second number from 0 to ${maxFactors}.`);
        }
      }
      return engine.call(name, values);
    },
  };
}

function choose(name: 'combinations' | 'permutations') {
  return (engine: Engine, values: readonly Value[]): unknown => {
    const [all, chosen] = values.map((value) => requireWhole(engine, name, value));
    if (all === undefined || chosen === undefined) return undefined;
    if (chosen.lessThan(0) || chosen.greaterThan(all)) {
      throw new CalculationError(`${name}(n, k) takes a k from 0 to n.`);
    }
    const rest = all.minus(chosen);
    const factors = name === 'combinations' && rest.lessThan(chosen) ? rest : chosen;
    if (factors.greaterThan(maxFactors)) {
      throw new CalculationError(`${name} of more than ${maxFactors} factors is too large.`);
    }
    return countChoices(engine, all, factors, name === 'combinations');
  };
}

// The function of mathjs takes n steps, even to choose one of n.
function countChoices(
  engine: Engine,
  all: BigNumber,
  factors: BigNumber,
  isUnordered: boolean,
): BigNumber {
  let product = engine.toNumber(1);
  for (let taken = 1; factors.greaterThanOrEqualTo(taken); taken += 1) {
    const choices = isUnordered ? all.minus(factors).plus(taken) : all.plus(1).minus(taken);
    product = product.times(choices);
    if (isUnordered) product = product.dividedBy(taken);
  }
  return product;
}

function computeExp(engine: Engine, values: readonly Value[]): unknown {
  const value = requireNumber(engine, 'exp', values[0]);
  if (value.abs().greaterThan(2400)) throw new CalculationError(`exp(${value}) is too large.`);
  return engine.call('exp', [value]);
}

// Trigonometric functions are computed as doubles: with 64 digits, asin(0.9999999) takes seconds.
function ofDouble(compute: (value: number) => number): CalculatorFunction {
  return {
    takes: [1, 1],
    compute: (engine, values) =>
      fromDouble(engine, compute(requireNumber(engine, 'This function', values[0]).toNumber())),
  };
}

function ofAngle(compute: (radians: number) => number): CalculatorFunction {
  return {
    takes: [1, 1],
    compute: (engine, values) => {
      const radians = toRadians(engine, values[0]);
      if (Math.abs(radians) > 1e9) {
        throw new CalculationError('The angle is too large: use less than 1e9 rad.');
      }
      const result = compute(radians);
      if (Math.abs(result) > 1e15) {
        throw new CalculationError('tan is not defined at this angle.');
      }
      // The nearest double is not exactly pi: sin(pi) would be 1.2e-16.
      const isNoise = Math.abs(result) < 1e-15 && Math.abs(radians) > 1e-6;
      return fromDouble(engine, isNoise ? 0 : result);
    },
  };
}

function toRadians(engine: Engine, angle: Value | undefined): number {
  if (!engine.isUnit(angle)) return requireNumber(engine, 'This function', angle).toNumber();
  return Number(String((angle as Unit).toNumeric('rad')));
}

function computeAtan2(engine: Engine, values: readonly Value[]): unknown {
  const [y = 0, x = 0] = values.map((value) => requireNumber(engine, 'atan2', value).toNumber());
  return fromDouble(engine, Math.atan2(y, x));
}

function fromDouble(engine: Engine, value: number): BigNumber {
  return engine.toNumber(Number.isFinite(value) ? value.toPrecision(15) : value);
}

function requireNumber(engine: Engine, name: string, value: Value | undefined): BigNumber {
  if (engine.isNumber(value)) return value;
  throw new CalculationError(`${name} takes a plain number, without a unit.`);
}

function requireWhole(engine: Engine, name: string, value: Value | undefined): BigNumber {
  const number = requireNumber(engine, name, value);
  if (number.isInteger()) return number;
  throw new CalculationError(`${name} takes whole numbers; ${number} is not a whole number.`);
}
