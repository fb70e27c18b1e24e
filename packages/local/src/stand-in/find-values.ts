import { findIds } from './find-ids.ts';

/** The text parts in quotes or backticks, in order. */
export function findQuoted(text: string): string[] {
  const quoted = /"([^"\n]+)"|“([^”\n]+)”|`([^`\n]+)`|«([^»\n]+)»|(?<![\w])'([^'\n]+)'(?!\w)/g;
  return [...text.matchAll(quoted)].map((match) => match.slice(1).find(Boolean) ?? '');
}

/** Web addresses, without the punctuation that ends a sentence. */
export function findUrls(text: string): string[] {
  return (text.match(/\bhttps?:\/\/[^\s<>"'`]+/g) ?? []).map((url) =>
    url.replace(/[.,;:!?)\]]+$/, ''),
  );
}

/** E-mail addresses. */
export function findEmails(text: string): string[] {
  return text.match(/[\w.+-]+@[\w-]+(?:\.[\w-]+)+/g) ?? [];
}

/** Dates: `2025-05-03`, `3 May 2025`, `May 3, 2025`, `tomorrow`, `next Monday`. */
export function findDates(text: string): string[] {
  return text.match(datePattern) ?? [];
}

const months = '(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*\\.?';
const datePattern = new RegExp(
  `\\b\\d{4}-\\d{2}-\\d{2}\\b|\\b\\d{1,2}(?:st|nd|rd|th)?\\s+${months}(?:\\s+\\d{4})?\\b|\\b${months}\\s+\\d{1,2}(?:st|nd|rd|th)?(?:,?\\s+\\d{4})?\\b|\\b(?:today|tonight|tomorrow|yesterday)\\b|\\b(?:(?:next|this|last)\\s+)?(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day\\b`,
  'gi',
);

const knownFiles = /^(?:Makefile|Dockerfile|LICENSE|README|CHANGELOG|NOTICE|Gemfile|Procfile)$/;
const fileName =
  /^(?:[~.]{0,2}\/)?(?:[\w@.+~-]+\/)*(?:\.?[\w@+~-][\w@.+~-]*\.[A-Za-z]\w{0,9}|\.[A-Za-z][\w.-]+)$/;
const folderName = /^(?:[~.]{0,2}\/)?(?:[\w@.+~-]+\/)+[\w@.+~-]*$|^\.{1,2}\/?$/;

/** The text without names of files, addresses, ids and dates, so that only plain numbers are left. */
export function withoutNames(text: string): string {
  const names = [
    ...findUrls(text),
    ...findPaths(text),
    ...(text.match(/\b\d{4}-\d{2}-\d{2}\b/g) ?? []),
    ...findIds(text).map(({ id }) => id),
  ];
  return names
    .sort((one, other) => other.length - one.length)
    .reduce((rest, name) => rest.replaceAll(name, ' '), text);
}

/** Names of files, and of folders written with a slash; quoted names may hold spaces. */
export function findPaths(text: string): string[] {
  const withoutUrls = text
    .replace(/\bhttps?:\/\/\S+/g, ' ')
    .replace(/[\w.+-]+@[\w-]+\.[\w.-]+/g, ' ');
  const quoted = findQuoted(withoutUrls).filter(
    (name) => isPath(name) || /^[^/]+ [^/]*\.\w{1,5}$/.test(name),
  );
  const spaced = quoted.filter((name) => name.includes(' '));
  const rest = spaced.reduce((left, name) => left.replace(name, ' '), withoutUrls);
  const words = rest.split(/[\s,;()"'`“”«»?!<>|]+/).map((word) => word.replace(/[.:]+$/, ''));
  return unique(
    [...spaced, ...words.filter(isPath)].sort((a, b) => text.indexOf(a) - text.indexOf(b)),
  );
}

/** Folders that a sentence names: `the src folder`, `in docs/`, `directory lib`. */
export function findFolders(text: string): string[] {
  const named = [
    ...text.matchAll(/\b(?:the\s+)?([\w./-]+)\s+(?:folder|directory)\b/gi),
    ...text.matchAll(/\b(?:folder|directory)\s+(?:named\s+|called\s+)?([\w./-]+)/gi),
    ...text.matchAll(
      /\bfiles?\b[^.?!]*?\s(?:in|of|under|inside|below)\s+(?:the\s+)?([\w./-]*\w\/?)/gi,
    ),
  ].map((match) => match[1] ?? '');
  const isName = (name: string) =>
    !/^(?:the|this|current|a|all|any|each|every|which|what|is|of|in|root|here|there|it|that)$/i.test(
      name,
    );
  return unique([
    ...findPaths(text).filter((path) => folderName.test(path)),
    ...named.filter(isName),
  ]);
}

function isPath(word: string): boolean {
  if (/^\d+(?:\.\d+)*%?$/.test(word) || /^(?:e\.g|i\.e|a\.m|p\.m|vs|etc)$/i.test(word))
    return false;
  if (/^\d/.test(word) && /^[\d.,]+[a-z%]{0,3}$/i.test(word)) return false;
  if (/^[\d.,+*/()%^-]+$/.test(word) || /^(?:and\/or|either\/or|km\/h|m\/s)$/i.test(word))
    return false;
  return fileName.test(word) || folderName.test(word) || knownFiles.test(word);
}

const extensions: Record<string, string> = {
  markdown: 'md',
  typescript: 'ts',
  javascript: 'js',
  python: 'py',
  text: 'txt',
  yaml: 'yaml',
};

/** Patterns for names of files: `*.md`, also for `markdown files` and `.md files`. */
export function findGlobs(text: string): string[] {
  const written = text.match(/(?:[\w./-]|\{[\w,]+\}|\*)*\*(?:[\w./-]|\{[\w,]+\}|\*)*/g) ?? [];
  const meant = [...text.matchAll(/\.?\b([a-z]{2,10})\s+files\b/gi)].flatMap(([all, word = '']) => {
    const extension = all.startsWith('.') ? word : extensions[word.toLowerCase()];
    const isCode = /^(?:md|ts|js|json|csv|txt|py|yaml|yml|html|css)$/i.test(word);
    return extension !== undefined || isCode ? [`*.${extension ?? word.toLowerCase()}`] : [];
  });
  return unique([...written.filter((glob) => /[\w.]/.test(glob)), ...meant]);
}

const numberWords = new Map(
  'zero one two three four five six seven eight nine ten eleven twelve'
    .split(' ')
    .map((word, value) => [word, value] as const),
);

/** A number in a text, in digits or as a word, with the text before and after it. */
export interface FoundNumber {
  value: number;
  before: string;
  after: string;
}

const digits =
  /(?<![\w.])-?\d+(?:,\d{3})*(?:\.\d+)?(?![\w]|\.\d)|(?<![\w.])-?\d+(?:\.\d+)?(?=(?:%|°|km|cm|mm|kg|m|g|s|h|x)\b|[%°€$])/gi;
const spelledOut = new RegExp(`\\b(?:${[...numberWords.keys()].join('|')})\\b`, 'gi');

/** The numbers of a text in order, without those in file names and addresses. Number words count only if there are no digits. */
export function findNumbers(text: string): FoundNumber[] {
  // Inside brackets a comma separates items: `[200,300]` is two numbers.
  const plain = withoutNames(text).replace(/\[[^\]]*\]/g, (list) => list.replaceAll(',', ', '));
  const written = [...plain.matchAll(digits)];
  if (written.length > 0) return written.map((match) => toFoundNumber(match, plain));
  const spelled = [...plain.matchAll(spelledOut)];
  if (spelled.length > 0) return spelled.map((match) => toFoundNumber(match, plain));
  // Without another number, `#1042` may be meant as one.
  return [...text.matchAll(/#\d+\b/g)].map((match) => toFoundNumber(match, text));
}

function toFoundNumber(match: RegExpExecArray, text: string): FoundNumber {
  const [written] = match;
  return {
    value: numberWords.get(written.toLowerCase()) ?? Number(written.replace(/[,#]/g, '')),
    before: text.slice(0, match.index),
    after: text.slice(match.index + written.length),
  };
}

const capital = String.raw`\p{Lu}[\p{L}'’.-]*`;
const namePattern = new RegExp(
  String.raw`${capital}(?:\s+(?:(?:of|de|da|del|la|le|el|am|an der|upon|the)\s+)?${capital})*(?:,\s(?=[A-Z]{2}\b)[A-Z]{2}\b)?`,
  'gu',
);

const wordsThatAreNotNames = new Set(
  'I What Which Who How When Where Why Is Are Do Does Did Can Could Would Will Please Give Tell Show Get Find Count Read List Search Calculate Compute The A An And Or But Also Then It In On At Of For To From Take Hi Hello Hey Thanks Thank OK Ok Yes No Celsius Fahrenheit Kelvin Monday Tuesday Wednesday Thursday Friday Saturday Sunday Let My Now Need Use Open Print Add Compare Weather Check Look Say Translate Send Book'.split(
    ' ',
  ),
);

/**
 * Proper names: sequences of capitalised words. A single word at the start of a sentence, followed by an
 * ordinary word, counts only if there is no other name.
 */
export function findNames(text: string): string[] {
  const withoutIds = findIds(text).reduce((rest, { id }) => rest.replace(id, ' '), text);
  const unquoted = withoutIds.replace(/["“”`]/g, ' ');
  const matches = [...unquoted.matchAll(namePattern)];
  const inside = matches.filter((match) => !startsSentence(unquoted, match.index, match[0]));
  const names = unique(inside.flatMap(toName));
  return names.length > 0 ? names : unique(matches.flatMap(toName));
}

function startsSentence(text: string, at: number, words: string): boolean {
  const isStart = /(?:^|[.?!:;\n])\s*$/.test(text.slice(Math.max(0, at - 8), at));
  const isFollowed = /^\s+(?!(?:and|or)\b)\p{Ll}/u.test(text.slice(at + words.length));
  return isStart && isFollowed && !words.includes(' ');
}

function toName([matched]: RegExpMatchArray): string[] {
  const words = matched.replace(/(?:['’]s?|[.,]+)$/, '').split(/\s+/);
  while (wordsThatAreNotNames.has((words[0] ?? '').replace(/[.,'’]+.*$/, ''))) words.shift();
  const name = words.join(' ');
  return !/\p{L}/u.test(name) || findPaths(name).length > 0 ? [] : [name];
}

/** The text after one of the given prepositions, up to the next break. A list gives several texts. */
export function findAfter(text: string, prepositions: string): string[] {
  const pattern = new RegExp(
    String.raw`\b(?:${prepositions})\s+(?:the\s+)?(.+?)(?=\s+(?:in|on|at|for|of|from|to|with|by|into|as|tomorrow|today|right now|now|please|is|are|was|like|using)\b|[?!;:]|\.(?:\s|$)|$)`,
    'gi',
  );
  return [...text.matchAll(pattern)].flatMap((match) => splitList(match[1] ?? ''));
}

/** Splits `Paris, Rome and Oslo` into three. */
function splitList(text: string): string[] {
  return text
    .split(/\s*,\s*(?:and\s+|or\s+)?|\s+(?:and|or|&|as well as)\s+(?:in\s+|for\s+|also\s+)?/i)
    .map((part) => part.trim().replace(/[.,?!]+$/, ''))
    .filter((part) => part !== '');
}

function unique(values: string[]): string[] {
  return [...new Set(values)];
}
