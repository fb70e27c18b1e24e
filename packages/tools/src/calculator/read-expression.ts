import { CalculationError } from './calculation-error.ts';

/** An expression in the notation of the parser, and the assumptions that were made. */
export interface ReadExpression {
  /** The input of the parser. `'` after a number is a percentage, and has no other meaning. */
  readonly source: string;
  /** Sentences that explain how ambiguous parts were read. */
  readonly notes: readonly string[];
}

/**
 * Converts an expression as people and models write it (`1,234.5 × 2 =`, `17% of 42`, `3 h 20 min`) to the parser's notation.
 * Throws `CalculationError` if it could mean two different numbers.
 */
export function readExpression(text: string): ReadExpression {
  const notes: string[] = [];
  const plain = replaceWords(replaceSymbols(stripPhrases(text)));
  refuseForeignSigns(plain);
  const source = [readCurrency, readCommas, readTemperatures, readQuantities, readPercents].reduce(
    (expression, read) => read(expression, notes),
    plain,
  );
  return { source: source.trim(), notes };
}

function stripPhrases(text: string): string {
  return text
    .normalize('NFC')
    .trim()
    .replace(
      /^(?:what(?:'s|\u2019s| is)|how much is|calculate|compute|evaluate|convert)(?![\w(])[\s:]*/i,
      '',
    )
    .replace(/^=/, '')
    .replace(/[\s=?]+$/, '');
}

const symbols: readonly (readonly [RegExp, string])[] = [
  [/[×·⋅∙∗]/g, '*'],
  [/[÷∕]/g, '/'],
  [/[−–—‐‑]/g, '-'],
  [/\*\*/g, '^'],
  [/≤/g, '<='],
  [/≥/g, '>='],
  [/≠/g, '!='],
  [/π/g, ' pi '],
  [/√\s*(\d+(?:\.\d+)?|[a-z]+(?![\w(]))/gi, ' sqrt($1)'],
  [/√\s*\(/g, ' sqrt('],
  [/°\s*([CF])\b/g, ' deg$1'],
  [/°/g, ' deg'],
  [/½/g, '(1/2)'],
  [/¼/g, '(1/4)'],
  [/¾/g, '(3/4)'],
  [/µ|μ/g, 'u'],
  // Typesetting uses special spaces in numbers and around signs.
  [/[\u00a0\u2009\u202f]/g, ' '],
];

const superscripts = '⁰¹²³⁴⁵⁶⁷⁸⁹';

function replaceSymbols(text: string): string {
  const replaced = symbols.reduce((result, [sign, plain]) => result.replace(sign, plain), text);
  return replaced.replace(
    /⁻?[⁰¹²³⁴⁵⁶⁷⁸⁹]+/g,
    (power) =>
      `^(${[...power].map((digit) => (digit === '⁻' ? '-' : superscripts.indexOf(digit))).join('')})`,
  );
}

const words: readonly (readonly [RegExp, string])[] = [
  [/\b(?:multiplied by|times)\b/gi, '*'],
  [/\bdivided by\b/gi, '/'],
  [/\bplus\b/gi, '+'],
  [/\bminus\b/gi, '-'],
  [/\b(?:to the power of|raised to)\b/gi, '^'],
  [/\bsquared\b/gi, '^2'],
  [/\bcubed\b/gi, '^3'],
  [/\bsquare root of\s+(\d+(?:\.\d+)?)/gi, 'sqrt($1)'],
  [/\bsquare root of\s*\(/gi, 'sqrt('],
  [/\b(?:into|as)\b/gi, 'to'],
  [/(?<=\d)\s*percent\b/gi, '%'],
  // "3 x 4": not the x of "0x10".
  [/(?<=[\d)])\s+[xX]\s+(?=[\d(])|(?<=[1-9)])[xX](?=[\d(])/g, ' * '],
  [/(?<=\d)_(?=\d{3})/g, ''],
];

function replaceWords(text: string): string {
  return words.reduce((result, [word, sign]) => result.replace(word, sign), text);
}

function refuseForeignSigns(text: string): void {
  if (/[\n\r;]/.test(text)) {
    throw new CalculationError(
      'Only one expression can be computed at a time. Use one call for each line.',
    );
  }
  if (/(?<![=<>!])=(?!=)/.test(text)) {
    throw new CalculationError(
      'Variables, definitions and equations are not supported. Write the numbers instead, such as 2 * 3.5.',
    );
  }
  const foreign = /['#\\`@~{}:|&]/.exec(text)?.[0];
  if (foreign !== undefined) {
    throw new CalculationError(
      `The sign ${foreign} is not supported. Use numbers, units, parentheses, + - * / ^ % and functions such as sqrt(2).`,
    );
  }
}

function readCurrency(text: string, notes: string[]): string {
  const signs = new Set(text.match(/[$€£¥]/g));
  if (signs.size > 1) {
    throw new CalculationError('Exchange rates are not available. Use one currency.');
  }
  if (signs.size === 1) notes.push(`${[...signs].join('')} was ignored.`);
  return text.replace(/[$€£¥]/g, ' ');
}

/**
 * Removes commas between thousands and keeps commas between arguments. A comma inside the parentheses of a function
 * always separates arguments, because `gcd(120,360)` is more common than `sqrt(1,234)`.
 */
function readCommas(text: string, notes: string[]): string {
  const inFunction = functionSpans(text);
  return text.replace(/\d[\d.]*(?:,\d[\d.]*)+/g, (number, at: number) => {
    if (inFunction(at)) {
      if (/\d,\d{3}(?!\d)/.test(number)) notes.push(separatesArguments(number));
      return number;
    }
    if (!/^\d{1,3}(?:(?:,\d{2,3})*,\d{3})(?:\.\d+)?$/.test(number)) {
      throw new CalculationError(
        `"${number}" is ambiguous: write a decimal point, as in 1.5, and no comma.`,
      );
    }
    const plain = number.replaceAll(',', '');
    notes.push(`Read ${number} as ${plain}.`);
    return plain;
  });
}

function separatesArguments(number: string): string {
  return `Inside a function a comma separates arguments, so ${number} is ${number.split(',').length} numbers.`;
}

/** Returns a test for positions: true inside the arguments of a function or in brackets, false in plain parentheses. */
function functionSpans(text: string): (position: number) => boolean {
  const open: boolean[] = [];
  const inside = Array.from(text, () => false);
  for (let at = 0; at < text.length; at += 1) {
    const sign = text[at];
    if (sign === '(' || sign === '[') {
      open.push(sign === '[' || /[a-z]\d*\s*$/i.test(text.slice(Math.max(0, at - 20), at)));
    } else if (sign === ')' || sign === ']') {
      open.pop();
    }
    inside[at] = open.at(-1) ?? false;
  }
  return (position) => inside[position] ?? false;
}

/** In `20 C to F`, the units are degrees: coulombs cannot be converted to farads. */
function readTemperatures(text: string): string {
  return text.replace(
    /(\d\s*)([CFK])(\s+(?:in|to)\s+)([CFK])\b/g,
    (_, number: string, from: string, to: string, target: string) =>
      `${number} ${degrees(from)}${to}${degrees(target)}`,
  );
}

const degrees = (scale: string): string => (scale === 'K' ? 'K' : `deg${scale}`);

const compound =
  /\d+(?:\.\d+)?\s*(?:days?|d|hours?|hrs?|h|minutes?|mins?|min|m|seconds?|secs?|sec|s|feet|foot|ft|inches|inch|in|pounds?|lbs?|ounces?|oz)(?:(?:\s+and\s+|\s*)\d+(?:\.\d+)?\s*(?:hours?|hrs?|h|minutes?|mins?|min|m|seconds?|secs?|sec|s|inches|inch|in|ounces?|oz)(?![\w^]))+/g;

/** `3 h 20 min` and `5 ft 10 in` are sums without a plus sign. */
function readQuantities(text: string): string {
  return text.replace(compound, (quantity) => {
    const parts = quantity.match(/\d+(?:\.\d+)?\s*[a-z]+/g) ?? [];
    const clock = parts.some((part) => /\d\s*h/.test(part));
    const named = parts.map((part) => (clock ? part.replace(/\bm$|(?<=\d)m$/, ' min') : part));
    return `(${named.map((part) => part.replace(/(?<=\d)\s*in$/, ' inch')).join(' + ')})`;
  });
}

/**
 * Decides which `%` is a percentage and which is a remainder, and replaces both. The parser would read `10% + 5` as a
 * remainder, and needs exponential time for nested ones.
 */
function readPercents(text: string, notes: string[]): string {
  if (/[/^]\s*[\d.]+\s*%\s*of\b/.test(text)) {
    throw new CalculationError(
      'A division by "% of" is ambiguous. Add parentheses, as in 100 / (20% of 50).',
    );
  }
  const marked = text
    .replace(/(\d+(?:\.\d+)?)\s*%\s*off\b/gi, "(1 - $1') *")
    .replace(/\s*%\s*of\b/gi, "' *")
    .replace(/(?<=[\d)]\s*)\bof\b/gi, '*')
    .replace(/\s*%(?=\s*(?:$|[-+*/^)\],!=<>]|(?:in|to)\b))/g, "'");
  if (marked.includes('%')) notes.push('% between two numbers is the remainder of a division.');
  return marked.replaceAll('%', ' mod ');
}
