import { formatNumber, toNumber } from './arithmetic.ts';

/** Arithmetic on a number that is not known yet: `17% of that`, `double it`, `divided by 3`. */
export interface Relation {
  /** The expression for a number: `42 * 17 / 100`. */
  toExpression(number: string): string;
  /** The text for an answer: `17% of 42`. */
  describe(number: string): string;
}

/** The relations of a question, and the question without them. */
export interface SplitQuestion {
  relations: Relation[];
  rest: string;
}

const numberText = String.raw`(\d+(?:[.,]\d+)?)`;
const referent = String.raw`(?:(?:that|this|the|its|their)\s+(?:line\s+count|number|result|total|count|answer|amount|sum|value|figure|length|latter|lines|size)|that|it|this|them|those|these|the\s+above)`;
const reference = String.raw`${referent}(?=\s*(?:$|[?.!,;:)]|\s(?:and|then|as|too|also|please|in|is|to|for|with)\b))`;
const verb = String.raw`(?:\b(?:calculate|compute|take|work\s+out|figure\s+out|determine)\s+)?`;

interface RelationPattern {
  pattern: RegExp;
  toRelation(match: RegExpMatchArray): Relation;
}

const fractions: Record<string, number> = { half: 2, third: 3, quarter: 4, fifth: 5, tenth: 10 };
const counts: Record<string, number> = { a: 1, one: 1, two: 2, three: 3, four: 4 };
const multiples: Record<string, number> = { double: 2, twice: 2, triple: 3, thrice: 3 };

const patterns: RelationPattern[] = [
  {
    pattern: new RegExp(
      String.raw`${verb}(?<![\d.])${numberText}\s*(?:%|per\s?-?cent\b|pct\b)(?!\s+of\s+(?:the\s+)?[\d$€(])(?:\s+(?:of|from)(?:\s+${reference})?|\s+${reference})?`,
      'gi',
    ),
    toRelation: ([, given = '0']) => {
      const percent = toDecimal(given);
      return {
        toExpression: (number) => `${number} * ${percent} / 100`,
        describe: (number) => `${percent}% of ${number}`,
      };
    },
  },
  {
    pattern: new RegExp(
      String.raw`${verb}(?:\b(a|one|two|three|four)[\s-]+)?\b(half|third|quarter|fifth|tenth)s?\s+(?:of(?:\s+${reference})?|as\s+(?:many|much))`,
      'gi',
    ),
    toRelation: ([, count = 'one', part = 'half']) => {
      const top = counts[count.toLowerCase()] ?? 1;
      const bottom = fractions[part.toLowerCase()] ?? 2;
      return {
        toExpression: (number) => `${number} * ${top} / ${bottom}`,
        describe: (number) => `${top}/${bottom} of ${number}`,
      };
    },
  },
  {
    pattern: new RegExp(String.raw`\b(double|twice|triple|thrice)\s+(?:of\s+)?${reference}`, 'gi'),
    toRelation: ([, word = 'double']) =>
      toOperation('*', String(multiples[word.toLowerCase()] ?? 2)),
  },
  toOperationPattern(String.raw`\b(?:multiply\s+${referent}\s+by|multiplied\s+by|times)`, '*'),
  toOperationPattern(String.raw`\b(?:divide\s+${referent}\s+by|divided\s+by)`, '/'),
  toOperationPattern(String.raw`\b(?:add|plus)`, '+', String.raw`(?:\s+to\s+${reference})?`),
  toOperationPattern(
    String.raw`\b(?:subtract|minus)`,
    '-',
    String.raw`(?:\s+from\s+${reference})?`,
  ),
  {
    pattern: new RegExp(String.raw`\bsquare\s+root\s+of\s+${reference}`, 'gi'),
    toRelation: () => ({
      toExpression: (number) => `sqrt(${number})`,
      describe: (number) => `the square root of ${number}`,
    }),
  },
  {
    pattern: new RegExp(String.raw`\bsquare\s+${reference}|\b${reference}\s+squared`, 'gi'),
    toRelation: () => toOperation('^', '2'),
  },
];

/** Separates the arithmetic on unknown numbers from the rest of a question. */
export function splitRelations(question: string): SplitQuestion {
  const relations: { at: number; relation: Relation }[] = [];
  let rest = spellOutPercents(question);
  for (const { pattern, toRelation } of patterns) {
    rest = rest.replace(pattern, (...match) => {
      const groups = match.slice(0, -2) as RegExpMatchArray;
      const at = match.at(-2) as number;
      // After a number, the sign is ordinary arithmetic.
      const isPlain = /[\d)]\s*$/.test(rest.slice(0, at)) && !/%|cent|pct/i.test(groups[0] ?? '');
      if (isPlain) return groups[0] ?? '';
      relations.push({ at, relation: toRelation(groups) });
      return ' '.repeat((groups[0] ?? '').length);
    });
  }
  return {
    relations: relations.sort((one, other) => one.at - other.at).map(({ relation }) => relation),
    rest,
  };
}

function toOperationPattern(words: string, sign: string, tail = ''): RelationPattern {
  return {
    pattern: new RegExp(String.raw`${words}\s+${numberText}(?![\d.]*\s*[-+*/%])${tail}`, 'gi'),
    toRelation: ([, number = '0']) => toOperation(sign, toDecimal(number)),
  };
}

function toOperation(sign: string, operand: string): Relation {
  return {
    toExpression: (number) => `${number} ${sign} ${operand}`,
    describe: (number) => `${number} ${sign} ${operand}`,
  };
}

/** A comma is a decimal comma, as in `12,5`, unless three digits follow. */
function toDecimal(text: string): string {
  return formatNumber(toNumber(/,\d{1,2}$/.test(text) ? text.replace(',', '.') : text));
}

const tens: Record<string, number> = {
  five: 5,
  ten: 10,
  fifteen: 15,
  twenty: 20,
  'twenty-five': 25,
  thirty: 30,
  forty: 40,
  fifty: 50,
  sixty: 60,
  seventy: 70,
  'seventy-five': 75,
  eighty: 80,
  ninety: 90,
};

function spellOutPercents(text: string): string {
  return text.replace(/\b([a-z]+(?:-five)?)(?=\s+per\s?cent\b)/gi, (word) => {
    const value = tens[word.toLowerCase()];
    return value === undefined ? word : String(value);
  });
}
