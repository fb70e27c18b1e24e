import type { BigNumber, Engine, Value } from './mathjs.ts';

/** A number with at most this many digits, of the 64 that are kept, counts as exact and is not rounded. */
const exactDigits = 40;
const roundedDigits = 14;

/** Formats a value: exact if the decimal ends, else rounded to 14 digits. */
export function formatValue(engine: Engine, value: Value): string {
  if (typeof value === 'boolean') return String(value);
  if (!engine.isUnit(value)) return formatNumber(value);
  const { dimensions, units, value: amount } = value as unknown as UnitParts;
  if (amount === null) return nameUnit(units);
  const isPlain = units.length > 1 && dimensions.every((power) => Math.abs(power) < 1e-9);
  if (isPlain) return formatNumber(engine.toNumber(String(amount)));
  const { value: own } = value.toJSON() as unknown as { value: BigNumber };
  return `${formatNumber(engine.toNumber(String(own)))} ${nameUnit(units)}`.trim();
}

/** The parts of a unit of mathjs; `value` is in SI units, and `dimensions` are all 0 if the units cancel out. */
interface UnitParts {
  readonly value: BigNumber | null;
  readonly dimensions: readonly number[];
  readonly units: readonly UnitPart[];
}

interface UnitPart {
  readonly unit: { readonly name: string };
  readonly prefix: { readonly name: string };
  readonly power: number;
}

/** `m m` becomes m^2, and `km h / h` becomes km. */
function nameUnit(parts: readonly UnitPart[]): string {
  const powers = new Map<string, number>();
  for (const { unit, prefix, power } of parts) {
    const name = `${prefix.name}${unit.name}`;
    powers.set(name, (powers.get(name) ?? 0) + Number(power));
  }
  const factors = [...powers].filter(([, power]) => Math.abs(power) > 1e-9);
  const above = factors.filter(([, power]) => power > 0).map(nameFactor);
  const below = factors.filter(([, power]) => power < 0).map(nameFactor);
  if (below.length === 0) return above.join(' ');
  const divisor = below.length === 1 ? below.join('') : `(${below.join(' ')})`;
  return `${above.length === 0 ? '1' : above.join(' ')}/${divisor}`;
}

function nameFactor([name, power]: readonly [string, number]): string {
  const size = Number(Math.abs(power).toPrecision(10));
  return size === 1 ? name : `${name}^${size}`;
}

function formatNumber(value: BigNumber): string {
  const shown = value.sd() <= exactDigits ? value : value.toSignificantDigits(roundedDigits);
  return shown.e >= -9 && shown.e < exactDigits ? shown.toFixed() : shown.toExponential();
}
