/**
 * A pattern in the subset that the grammars of xgrammar and of llama.cpp read in the same way as JavaScript: anchored on
 * both sides, without lazy quantifiers, named groups, `\d` and `\w`. `undefined` if the pattern is outside of the subset.
 * Both grammars match the text between the quotes of the JSON, so classes that contain a quote, a backslash or a line break
 * (`.`, `\s`, `[^a]`) would allow broken JSON; both take every pattern as the whole value, so one without anchors would be
 * stricter than it is.
 */
export function toGrammarPattern(source: string): string | undefined {
  const isAnchored = source.startsWith('^') && source.endsWith('$') && !endsEscaped(source);
  const tokens = isAnchored ? translateTokens(source.slice(1, -1)) : undefined;
  if (tokens === undefined || hasOuterAlternative(tokens) || hasEmptyAlternative(tokens)) {
    return undefined;
  }
  return `^${tokens.join('')}$`;
}

function endsEscaped(source: string): boolean {
  return /(?:^|[^\\])(?:\\\\)*\\\$$/.test(source);
}

function translateTokens(body: string): string[] | undefined {
  const tokens: string[] = [];
  token.lastIndex = 0;
  while (token.lastIndex < body.length) {
    const [text = ''] = token.exec(body) ?? [];
    // `(?=…)` and its like are not groups that a grammar has.
    const isAssertion = text === '(' && body[token.lastIndex] === '?';
    const translated = isAssertion ? undefined : translate(text);
    if (translated === undefined) return undefined;
    tokens.push(translated);
  }
  return tokens;
}

/** `^a|b$` is anchored on one side of each alternative only. */
function hasOuterAlternative(tokens: readonly string[]): boolean {
  let depth = 0;
  return tokens.some((text) => {
    if (text === '(') depth += 1;
    if (text === ')') depth -= 1;
    return text === '|' && depth === 0;
  });
}

/** xgrammar stops the server's worker at `(|a)` and `()`. */
function hasEmptyAlternative(tokens: readonly string[]): boolean {
  return tokens.some((text, at) => {
    const next = tokens[at + 1];
    return (text === '(' || text === '|') && (next === '|' || next === ')');
  });
}

/** A quantifier, the start of a group, a class, an escape, or any other character. */
const token =
  /[*+?]\??|\{\d+(?:,\d*)?\}\??|\((?:\?:|\?<[A-Za-z_]\w*>)?|\[(?:[^\]\\]|\\.)*\]|\\.|[\s\S]/gy;

function translate(text: string): string | undefined {
  const [first = ''] = text;
  if ('*+?'.includes(first)) return first;
  if (text.length > 1 && first === '{') return quantifier(text);
  if (first === '(') return '(';
  if (first === '[') return characterClass(text.slice(1, -1));
  if (first === '\\') return classes[text] ?? literal(text.slice(1));
  return ')|'.includes(first) ? first : plain(first);
}

const classes: Readonly<Record<string, string>> = { '\\d': '[0-9]', '\\w': '[A-Za-z0-9_]' };

/** llama.cpp refuses grammars with very many repetitions. */
const maxRepeats = 1_000;

function quantifier(text: string): string | undefined {
  const numbers = text.match(/\d+/g) ?? [];
  return numbers.some((number) => Number(number) > maxRepeats) ? undefined : text.replace('?', '');
}

function literal(character: string): string | undefined {
  if (/[A-Za-z0-9]/.test(character) || isUnsafe(character)) return undefined;
  return /[$()*+.?[\]^{|}]/.test(character) ? `\\${character}` : character;
}

function plain(character: string): string | undefined {
  return isUnsafe(character) || '^$.[]{}*+?\\'.includes(character) ? undefined : character;
}

/** Characters that JSON writes with a backslash. */
function isUnsafe(character: string): boolean {
  return character === '"' || character === '\\' || character < ' ' || character === '\u007f';
}

/** xgrammar takes the bytes of a class, so one with letters that are not ASCII, such as `[äöü]`, would match none of them. */
function characterClass(content: string): string | undefined {
  if (content === '' || content.startsWith('^') || /[^\0-\x7f]/.test(content)) return undefined;
  const items = content.match(/\\.|[\s\S]/g) ?? [];
  const isEdge = (index: number) => index === 0 || index === items.length - 1;
  const hasHyphen = items.some((item, at) => item === '\\-' || (item === '-' && isEdge(at)));
  const translated = items.map((item, at) =>
    item === '-' && !isEdge(at) ? item : classItem(item),
  );
  const endsAtClass = /(?:^|[^\\])\\[dw]-.|.-\\[dw]/.test(content);
  if (translated.includes(undefined) || endsAtClass || hasUnsafeRange(content)) return undefined;
  return `[${translated.join('')}${hasHyphen ? '-' : ''}]`;
}

/** A hyphen moves to the end of the class, so here it is nothing. */
function classItem(item: string): string | undefined {
  if (item === '\\d') return '0-9';
  if (item === '\\w') return 'A-Za-z0-9_';
  const character = item.at(-1) ?? '';
  const isLetter = item.length > 1 && /[A-Za-z0-9]/.test(character);
  if (isLetter || isUnsafe(character) || '^[]'.includes(character)) return undefined;
  return character === '-' ? '' : character;
}

/** A range such as `[ -~]` that contains a quote or a backslash. */
function hasUnsafeRange(content: string): boolean {
  return [...content.matchAll(/(\\?.)-(\\?.)/gs)].some(([, from = '', to = '']) => {
    const [low, high] = [from.at(-1) ?? '', to.at(-1) ?? ''];
    return ['"', '\\', '\u007f'].some((unsafe) => low <= unsafe && unsafe <= high);
  });
}
