import { withoutNames } from './find-values.ts';

/** Converts digits to a number, ignoring thousands separators. */
export function toNumber(text: string): number {
  return Number(text.replace(/[,\s_](?=\d{3}\b)/g, ''));
}

/** Formats a number without rounding errors of binary fractions: `7.14`, not `7.140000000000001`. */
export function formatNumber(value: number): string {
  return String(Number(value.toPrecision(12)));
}

const operators: [RegExp, string][] = [
  [/\bmultiplied\s+by\b|\btimes\b|×|·/gi, '*'],
  [/\bdivided\s+by\b|\bover\b|÷/gi, '/'],
  [/\bplus\b|\badded\s+to\b/gi, '+'],
  [/\bminus\b|−/gi, '-'],
  [/\bto\s+the\s+power\s+of\b|\*\*/gi, '^'],
  [/(\d)\s+(?:modulo|mod)\s+(\d)/gi, '$1 mod $2'],
  [/\bsquare\s+root\s+of\s+(\d[\d.]*)/gi, 'sqrt($1)'],
  [/(\d[\d.]*)\s+squared\b/gi, '$1^2'],
  [/(\d[\d.]*)\s+cubed\b/gi, '$1^3'],
  [/(\d[\d.]*)\s*(?:%|per\s?cent|percent)\s+of\s+(\d[\d.]*)/gi, '$2 * $1 / 100'],
];

const numberText = String.raw`\d+(?:\.\d+)?(?:e[+-]?\d+)?`;
const unitText = String.raw`(?:\s?(?!mod\b)[a-zA-Zµ°]{1,12}(?:/[a-z]{1,4})?)?`;
const atomText = String.raw`[-+(]*\s*(?:sqrt|sin|cos|tan|log|ln|abs|round)?\(?\s*-?${numberText}\s*\)*`;
const expressionPattern = new RegExp(
  String.raw`${atomText}(?:\s*(?:[-+*/^]|\bmod\b)\s*${atomText})+|(?:sqrt|sin|cos|tan|log|ln|abs|round)\([^()]*\)`,
  'i',
);
const conversionPattern = new RegExp(
  String.raw`(${numberText}\s?[a-zA-Z°]+(?:/[a-z]+)?)\s+(?:in|to|into|as)\s+([a-zA-Z°]+(?:/[a-z]+)?)\b`,
);
const unitSumPattern = new RegExp(
  String.raw`${numberText}${unitText}(?:\s*[-+*/^]\s*${numberText}${unitText})+`,
);

/** The first arithmetic expression of a text, with words replaced by signs; `undefined` if there is none. */
export function findExpression(text: string): string | undefined {
  let plain = withoutNames(text).replace(/(\d),(?=\d{3}\b)/g, '$1');
  for (const [words, sign] of operators) plain = plain.replace(words, sign);
  const found = expressionPattern.exec(plain)?.[0] ?? unitSumPattern.exec(plain)?.[0];
  if (found !== undefined) return balance(found.trim());
  const conversion = conversionPattern.exec(plain);
  if (conversion === null || !isUnit(conversion[2])) return undefined;
  return `${conversion[1]} to ${conversion[2]}`;
}

const units = new Set(
  'mm cm m km in inch inches ft foot feet yd yard yards mi mile miles meter meters metre metres kilometer kilometers kilometre kilometres g kg mg lb lbs oz gram grams kilogram kilograms pound pounds ounce ounces l ml liter liters litre litres gallon gallons cup cups s sec second seconds minute minutes h hour hours day days week weeks celsius fahrenheit kelvin degc degf byte bytes kb mb gb'.split(
    ' ',
  ),
);

function isUnit(word: string | undefined): boolean {
  return units.has((word ?? '').split('/')[0]?.toLowerCase() ?? '');
}

function balance(expression: string): string {
  let text = expression.trim();
  const count = (sign: string) => text.split(sign).length - 1;
  while (count(')') > count('(') && text.endsWith(')')) text = text.slice(0, -1).trimEnd();
  while (count('(') > count(')') && text.startsWith('(')) text = text.slice(1).trimStart();
  return count('(') > count(')') ? text + ')'.repeat(count('(') - count(')')) : text;
}

/** The value of an expression of numbers, signs and brackets; `undefined` for any other text. */
export function evaluate(expression: string): number | undefined {
  const tokens = expression.match(/\d+(?:\.\d+)?(?:e[+-]?\d+)?|sqrt|[-+*/^()]|\S/gi) ?? [];
  if (tokens.length > 500) return undefined;
  const calculator = new Calculator(tokens);
  const value = calculator.sum();
  return calculator.isDone() && Number.isFinite(value) ? value : undefined;
}

class Calculator {
  readonly #tokens: string[];
  #at = 0;

  constructor(tokens: string[]) {
    this.#tokens = tokens;
  }

  isDone(): boolean {
    return this.#at >= this.#tokens.length;
  }

  sum(): number {
    let value = this.#product();
    while (true) {
      if (this.#take('+')) value += this.#product();
      else if (this.#take('-')) value -= this.#product();
      else return value;
    }
  }

  #product(): number {
    let value = this.#power();
    while (true) {
      if (this.#take('*')) value *= this.#power();
      else if (this.#take('/')) value /= this.#power();
      else return value;
    }
  }

  #power(): number {
    if (this.#take('-')) return -this.#power();
    const base = this.#atom();
    return this.#take('^') ? base ** this.#power() : base;
  }

  #atom(): number {
    if (this.#take('sqrt')) return Math.sqrt(this.#atom());
    if (this.#take('(')) {
      const value = this.sum();
      return this.#take(')') ? value : Number.NaN;
    }
    const token = this.#tokens[this.#at] ?? '';
    this.#at += 1;
    return /^\d/.test(token) ? Number(token) : Number.NaN;
  }

  #take(sign: string): boolean {
    if (this.#tokens[this.#at]?.toLowerCase() !== sign) return false;
    this.#at += 1;
    return true;
  }
}
