import { type FoldedText, foldText } from './folded-text.ts';

/** A part of a text: the places of its first character and after its last one. */
export type TextRange = readonly [start: number, end: number];

/** What is searched for in a folded text. */
interface Needle {
  readonly text: string;
  /** The characters of its beginning that are enough to recognise it. */
  readonly start: number;
  /** The characters of its end that are enough; 0 if an end can be there by chance. */
  readonly end: number;
}

/** Creates a function that finds every place of secrets in a text, in any form, also if only their beginning or end is left. */
export function secretFinder(secrets: readonly string[]): (text: string) => readonly TextRange[] {
  const needles = secrets.flatMap(needlesOf);
  return (text) => {
    const folded = foldText(text);
    return needles.flatMap((needle) => findRanges(folded, needle));
  };
}

function needlesOf(secret: string): readonly Needle[] {
  const bytes = Buffer.from(secret);
  const forms = [secret, ...(/\s/.test(secret) ? [secret.replace(/\s/g, '+')] : [])];
  const isKey = looksRandom(secret);
  return [
    ...forms.map((form) => toNeedle(form, isKey)),
    toNeedle(bytes.toString('hex'), true),
    ...[0, 1, 2].map((before) => toNeedle(inBase64(bytes, before), true)),
  ].filter(({ text }) => text.length >= shortest);
}

/** Two words on two lines can be a shorter one by chance. */
const shortest = 8;

function toNeedle(form: string, isKey: boolean): Needle {
  const { text } = foldText(form);
  const { length } = text;
  const half = Math.ceil(length / 2);
  if (length < 20) return { text, start: length, end: 0 };
  const end = length < 24 || /\s/.test(form) ? 0 : isKey ? 8 : length - half;
  return { text, start: isKey ? 12 : Math.max(12, half), end };
}

/** Whether a text looks random, so that no part of it is in a message by chance. */
function looksRandom(secret: string): boolean {
  return /^(?=.*\d)(?=.*[a-z])[\w.~+=/-]{24,}$/i.test(secret) && !secret.includes('//');
}

/** The characters that do not depend on the text before and after the secret, if `before` bytes of a group of three are before it. */
function inBase64(bytes: Buffer, before: number): string {
  const encoded = Buffer.concat([Buffer.alloc(before), bytes]).toString('base64url');
  const own = encoded.slice(before === 0 ? 0 : before + 1);
  return (before + bytes.length) % 3 === 0 ? own : own.slice(0, -1);
}

function findRanges(folded: FoldedText, needle: Needle): readonly TextRange[] {
  const ranges: TextRange[] = [];
  const { text, startOf, endOf } = folded;
  const add = (start: number, end: number) => ranges.push([startOf(start), endOf(end - 1)]);
  const beginning = needle.text.slice(0, needle.start);
  for (let at = text.indexOf(beginning); at !== -1; ) {
    let length = needle.start;
    while (length < needle.text.length && text[at + length] === needle.text[length]) length += 1;
    add(at, at + length);
    at = text.indexOf(beginning, at + length);
  }
  if (needle.end === 0) return ranges;
  const ending = needle.text.slice(-needle.end);
  let last = 0;
  for (let at = text.indexOf(ending); at !== -1; at = text.indexOf(ending, last)) {
    let more = 0;
    const left = Math.min(needle.text.length - needle.end, at - last);
    while (more < left && text[at - more - 1] === needle.text.at(-needle.end - more - 1)) more += 1;
    last = at + needle.end;
    add(at - more, last);
  }
  return ranges;
}
