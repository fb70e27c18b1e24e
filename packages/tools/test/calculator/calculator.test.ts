import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { anyText } from '../../../../scripts/any-text.ts';
import { propertyRuns } from '../../../../scripts/property-runs.ts';
import { calculator } from '../../src/index.ts';
import { runTool } from '../run-tool.ts';

const compute = (expression: string) => runTool(calculator(), { expression });

async function resultOf(expression: string): Promise<string> {
  const [first = ''] = (await compute(expression)).split('\n');
  return first.slice(first.lastIndexOf(' = ') + 3);
}

describe('expressions as people and models write them', () => {
  test.each([
    ['2 + 3 * 4', '14'],
    ['(2 + 3) * 4', '20'],
    ['17% of 42', '7.14'],
    ['17 % of 42', '7.14'],
    ['17 percent of 42', '7.14'],
    ['(10 + 7)% of 42', '7.14'],
    ['42 * 17%', '7.14'],
    ['17% * 42', '7.14'],
    ['50% of 20% of 80', '8'],
    ['20% of 50 kg', '10 kg'],
    ['20% off 80', '64'],
    ['200 + 10%', '220'],
    ['200 - 15%', '170'],
    ['100 + -5%', '95'],
    ['10% + 5', '5.1'],
    ['100 + 10% - 3', '107'],
    ['100 + 20% of 50', '110'],
    ['17 % 5', '2'],
    ['17 mod 5', '2'],
    ['3/4 of 20', '15'],
    ['0.1 + 0.2', '0.3'],
    ['0.1 + 0.2 == 0.3', 'true'],
    ['9.11 > 9.9', 'false'],
    ['1/3', '0.33333333333333'],
    ['1/3 * 3', '1'],
    ['2^10', '1024'],
    ['2**10', '1024'],
    ['2^-3', '0.125'],
    ['-2^2', '-4'],
    ['2^100', '1267650600228229401496703205376'],
    ['123456789 * 987654321', '121932631112635269'],
    ['1e3 + 1', '1001'],
    ['1.0001^10000', '2.7181459268252'],
    ['5!', '120'],
    ['sqrt(2)', '1.4142135623731'],
    ['SQRT(16)', '4'],
    ['√2', '1.4142135623731'],
    ['√(9 + 16)', '5'],
    ['3² + 4²', '25'],
    ['10⁻²', '0.01'],
    ['3 × 4', '12'],
    ['3 x 4', '12'],
    ['12 ÷ 5', '2.4'],
    ['5 − 8', '-3'],
    ['2π', '6.2831853071796'],
    ['½ * 10', '5'],
    ['2 (3 + 4)', '14'],
    ['6 times 7', '42'],
    ['10 divided by 4', '2.5'],
    ['2 million * 3', '6000000'],
    ['1,234.5 * 2', '2469'],
    ['1,00,000 * 2', '200000'],
    ['1_000_000 / 4', '250000'],
    ['$1,234.50 * 2', '2469'],
    ['2 + 2 =', '4'],
    ['2 + 2?', '4'],
    ['What is 12 * 12?', '144'],
    ['=2+3', '5'],
    ['mean(1, 2, 3, 4)', '2.5'],
    ['mean([1, 2, 3])', '2'],
    ['median(3, 1, 2)', '2'],
    ['std(2, 4)', '1.4142135623731'],
    ['max(1, 5, 3) - min(4, 2)', '3'],
    ['round(3.14159, 2)', '3.14'],
    ['gcd(120,360)', '120'],
    ['combinations(49, 6)', '13983816'],
    ['combinations(1e9, 1)', '1000000000'],
    ['permutations(1e9, 2)', '999999999000000000'],
    ['permutations(5, 5)', '120'],
    ['log10(1000)', '3'],
    ['log(8, 2)', '3'],
    ['ln(e)', '1'],
    ['sin(30 deg)', '0.5'],
    ['sin(pi)', '0'],
    ['tan(45°)', '1'],
    ['hypot(3, 4)', '5'],
  ])('%s is %s', async (expression, result) => {
    expect(await resultOf(expression)).toBe(result);
  });

  test.each([
    ['5 km in miles', '3.1068559611867 miles'],
    ['convert 5 feet into m', '1.524 m'],
    ['5 in to cm', '12.7 cm'],
    ['5 inches in cm', '12.7 cm'],
    ['5 ft 10 in to cm', '177.8 cm'],
    ['7 lb 3 oz to kg', '3.260195159375 kg'],
    ['3 h 20 min in minutes', '200 minutes'],
    ['3h20m to min', '200 min'],
    ['2 hours and 30 minutes in seconds', '9000 seconds'],
    ['20 degC to degF', '68 degF'],
    ['20 C to F', '68 degF'],
    ['68 °F to °C', '20 degC'],
    ['60 miles / 2 hours to km/hour', '48.28032 km/hour'],
    ['1 mph to km/h', '1.609344 km/h'],
    ['60 km / 2 h', '30 km/h'],
    ['(60 km / 2 h) * 3 h', '90 km'],
    ['10 km / 2 km', '5'],
    ['2 m * 3 m', '6 m^2'],
    ['5 m² to cm²', '50000 cm^2'],
    ['9.81 kg m / s^2', '9.81 kg m/s^2'],
    ['mean(3 m, 5 m)', '4 m'],
    ['1 kWh to J', '3600000 J'],
    ['1 GiB to MB', '1073.741824 MB'],
    ['unit("1 parsec") to ly', '3.2615637771674 ly'],
  ])('%s is %s', async (expression, result) => {
    expect(await resultOf(expression)).toBe(result);
  });

  test('the result repeats the expression, so that a model reads both together', async () => {
    expect(await compute('17% of 42')).toBe('17% of 42 = 7.14');
  });

  test.each([
    ['1,234 * 2', 'Read 1,234 as 1234.'],
    ['max(1,234, 5)', 'Inside a function a comma separates arguments, so 1,234 is 2 numbers.'],
    ['17 % 5', '% between two numbers is the remainder of a division.'],
    ['log(100)', 'log is the natural logarithm; log10 is the decimal logarithm.'],
    ['std(1, 2)', 'std is that of a sample: the divisor is n - 1.'],
    ['$5 * 2', '$ was ignored.'],
    [
      '6/2(1+2)',
      'Read from left to right: 6/2(3) is (6/2) * 3. For the other reading, add parentheses.',
    ],
  ])('the result explains how it read an ambiguous expression: %s', async (expression, note) => {
    expect((await compute(expression)).split('\n').slice(1)).toEqual([note]);
  });
});

describe('an expression that cannot be computed is refused with an explanation', () => {
  test.each([
    ['', /empty/],
    ['2 +', /not an expression/],
    ['1,5 * 2', /"1,5" is ambiguous: write a decimal point/],
    ['100 / 20% of 50', /ambiguous. Add parentheses/],
    ['$5 + €3', /Exchange rates/],
    ['1/0', /Division by zero/],
    ['5 mod 0', /Division by zero/],
    ['1 / (0 km)', /Division by zero/],
    ['1e90 mod 7', /too large compared/],
    ['sqrt(-4)', /not a real number/],
    ['tan(pi/2)', /not defined/],
    ['5 m + 3 s', /measure different things/],
    ['5 KM to m', /Did you mean the unit "km"\?/],
    ['x + 1', /Unknown name "x"/],
    ['x = 5', /Variables/],
    ['foo(3)', /Unknown function "foo". Available: abs/],
    ['sqrt(1,234)', /write 1234 and not 1,234/],
    ['sqrt', /write sqrt\(…\)/],
    ['1 + 1\n2 + 2', /Only one expression/],
    ['[1, 2, 3]', /A list outside/],
    ['factorial(2.5)', /whole numbers/],
  ])('%s', async (expression, message) => {
    await expect(compute(expression)).rejects.toThrow(message);
  });

  test('a too long expression is refused before it is parsed', async () => {
    const short = calculator({ maxExpressionChars: 10 });
    await expect(runTool(short, { expression: '1 + 1 + 1 + 1' })).rejects.toThrow(/limit is 10/);
  });
});

describe('the calculator only does arithmetic', () => {
  test.each([
    'import({ pi: 3 })',
    'import("fs")',
    'evaluate("1+1")',
    'eval("1+1")',
    'parse("1+1")',
    'compile("1+1")',
    'parser()',
    'simplify("x+x")',
    'derivative("x^2", "x")',
    'rationalize("x")',
    'createUnit("foo")',
    'create({})',
    'config({})',
    'config({ number: "number" })',
    'help(sin)',
    'typed("a", 1)',
    'reviver()',
    'format(1, "x")',
    'print("$x", {})',
    'cos.constructor("return process")()',
    'sqrt.constructor',
    '"a".constructor',
    'constructor',
    'constructor("return 1")()',
    '__proto__',
    'toString()',
    'hasOwnProperty(1)',
    'valueOf()',
    '{}.constructor',
    '{a: 1}',
    '[1,2][1]',
    'f(x) = x',
    'a = 1',
    'a := 1',
    'process.exit()',
    'this',
    'globalThis',
    'map([1, 2], sqrt)',
    'filter([1], f)',
    'forEach([1], f)',
    'range(0, 1e9)',
    '1:1e9',
    'zeros(100000, 100000)',
    'ones(1e9)',
    'identity(1e5)',
    'random(1e9)',
    'unit("1e9 foo")',
    'unit("unit(1)")',
    'sum(1:1e9)',
    'factorial(1e9)',
    '1e9!',
    '170!!!',
    'gamma(1e9)',
    'combinations(1e9, 5e8)',
    'permutations(1e9, 5e8)',
    'combinations(1e999, 449)',
    'bellNumbers(1e6)',
    'stirlingS2(1e5, 5e4)',
    '10^10^10',
    '9^9^9^9',
    '1e999999999 mod 7',
    'mod(1e999999999, 7)',
    'exp(1e15)',
    'sin(1e300)',
    'nthRoot(2, 1e9)',
    'round(1, 1e9)',
    '1 << 1e9',
    '2 ? 3 : 4',
    '1 < 2 < 3',
    'true and false',
    '3 & 5',
    "[1]'",
    'x;y',
    '2 # comment',
    '; ls -la',
    '$(whoami)',
    '`id`',
  ])('%s is refused', async (expression) => {
    await expect(compute(expression)).rejects.toMatchObject({ name: 'CalculationError' });
  });

  test('ten thousand parentheses are refused for any maximum length', async () => {
    const patient = calculator({ maxExpressionChars: 1_000_000 });
    const nested = `${'('.repeat(10_000)}1${')'.repeat(10_000)}`;
    await expect(runTool(patient, { expression: nested })).rejects.toThrow(/nested/);
    await expect(runTool(patient, { expression: '-'.repeat(200_000) })).rejects.toMatchObject({
      name: 'CalculationError',
    });
  });
});

describe('laws of the calculator', () => {
  const pieces = fc.constantFrom(
    ...[
      '1',
      '2.5',
      '0',
      '1e9',
      '1e999',
      '999',
      '17%',
      '%',
      ' of ',
      ' in ',
      ' to ',
      '+',
      '-',
      '*',
      '/',
    ],
    ...['^', '!', '(', ')', '(', ')', ',', '.', ' ', '[', ']', '=', '==', '<', '?', ':', '"', "'"],
    ...[
      'sqrt(',
      'factorial(',
      'exp(',
      'sin(',
      'mean(',
      'nthRoot(',
      'combinations(',
      'gcd(',
      'log(',
    ],
    ...[
      'km',
      'h',
      ' min',
      'degC',
      'pi',
      'e',
      'x',
      'constructor',
      '__proto__',
      'import',
      ' mod ',
      '√',
      '²',
    ],
  );
  const expressions = fc.oneof(
    fc.array(pieces, { maxLength: 25 }).map((parts) => parts.join('')),
    fc.string({ maxLength: 80 }),
    anyText({ maxLength: 40 }),
  );

  test('any string is computed or refused by the calculator, and no global changes', async () => {
    const globals = snapshotGlobals();
    await fc.assert(
      fc.asyncProperty(expressions, async (expression) => {
        const answer = await compute(expression).catch((thrown: unknown) => thrown);
        if (typeof answer === 'string') return answer.length < 3000;
        return (answer as Error).name === 'CalculationError';
      }),
      { numRuns: propertyRuns },
    );
    expect(snapshotGlobals()).toEqual(globals);
    expect(await compute('0.1 + 0.2')).toBe('0.1 + 0.2 = 0.3');
  });

  test('whole numbers are added, subtracted and multiplied exactly', async () => {
    const numbers = fc.bigInt({ min: -(10n ** 18n), max: 10n ** 18n });
    await fc.assert(
      fc.asyncProperty(numbers, numbers, async (one, other) => {
        expect(await resultOf(`${one} + (${other})`)).toBe(`${one + other}`);
        expect(await resultOf(`${one} - (${other})`)).toBe(`${one - other}`);
        expect(await resultOf(`${one} * (${other})`)).toBe(`${one * other}`);
      }),
      { numRuns: 50 },
    );
  });
});

function snapshotGlobals(): readonly string[] {
  return [globalThis, Object.prototype, Function.prototype, Array.prototype, Math, Number.prototype]
    .map((holder) => Object.getOwnPropertyNames(holder).sort().join())
    .concat(String(Math.PI));
}
