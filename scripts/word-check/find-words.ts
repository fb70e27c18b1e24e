import { dataFiles, plainWords } from '../plain-words.ts';
import type { PlainWord } from './plain-word.ts';
import { readMarkdown } from './read-markdown.ts';
import { type CountedTexts, readTypeScript } from './read-typescript.ts';
import type { Name } from './readable-text.ts';

/** A word of the list, and its place. Lines and columns count from 1. */
export interface Finding {
  readonly path: string;
  readonly line: number;
  readonly column: number;
  readonly found: string;
  readonly entry: PlainWord;
}

interface Match {
  readonly start: number;
  readonly end: number;
}

type CompiledEntry = ReturnType<typeof compile>;

const entries = plainWords.map(compile);

function compile(entry: PlainWord) {
  const allowed = (entry.allowed ?? []).map(({ path, text }) => ({
    path,
    text: text && new RegExp(text.source, 'gi'),
  }));
  return { entry, pattern: new RegExp(entry.pattern.source, 'gi'), allowed };
}

/** Finds what the list names in one file, in its order. `path` is relative to the repository, with slashes. */
export function findWords(path: string, source: string): readonly Finding[] {
  const { prose, names } = path.endsWith('.md')
    ? readMarkdown(source)
    : readTypeScript(source, textsOf(path));
  const splitNames = [...names, nameOfFile(path)].map((name) => ({
    ...name,
    parts: inParts(name.text),
  }));
  return entries
    .filter(({ entry }) => entry.only?.test(path) ?? true)
    .flatMap((compiled) => {
      const { entry } = compiled;
      const places = [
        ...(entry.in === 'names' ? [] : matches(compiled, path, prose)),
        ...(entry.in === 'prose' ? [] : namesThatMatch(compiled, path, splitNames)),
      ];
      return places.map((place) => ({ ...place, entry }));
    })
    .sort((a, b) => a.start - b.start)
    .map(({ start, end, entry }) => ({
      path,
      ...lineAndColumn(source, start),
      // The name of the file is not in its text.
      found: end > start ? source.slice(start, end).replace(/\s+/g, ' ') : nameOfFile(path).text,
      entry,
    }));
}

/** Most texts of a test are input; its titles are sentences about the code. */
function textsOf(path: string): CountedTexts {
  if (dataFiles.some((files) => files.path.test(path))) return 'none';
  return /(^|\/)test\//.test(path) ? 'titles' : 'all';
}

function matches(
  { pattern, allowed }: CompiledEntry,
  path: string,
  text: string,
): readonly Match[] {
  const all = matchesOf(pattern, text);
  if (all.length === 0) return all;
  const rules = allowed.filter((rule) => rule.path?.test(path) ?? true);
  if (rules.some((rule) => rule.text === undefined)) return [];
  const right = rules.flatMap((rule) => (rule.text ? matchesOf(rule.text, text) : []));
  return all.filter(({ start, end }) => !right.some((one) => one.start < end && start < one.end));
}

function namesThatMatch(
  compiled: CompiledEntry,
  path: string,
  names: readonly (Name & { readonly parts: string })[],
): readonly Match[] {
  return names
    .filter(({ parts }) => compiled.entry.pattern.test(parts))
    .filter(({ parts }) => matches(compiled, path, parts).length > 0)
    .map(({ offset, text, isFile }) => ({
      start: offset,
      end: isFile ? offset : offset + text.length,
    }));
}

function matchesOf(pattern: RegExp, text: string): readonly Match[] {
  return Array.from(text.matchAll(pattern), ({ 0: match, index }) => ({
    start: index,
    end: index + match.length,
  }));
}

/** `readFile`, `read-file` and `READ_FILE` are "read file". */
function inParts(name: string): string {
  return name
    .replace(/([a-z\d])([A-Z])|([A-Z])(?=[A-Z][a-z])/g, '$1$3 $2')
    .replace(/[-_$]+/g, ' ')
    .toLowerCase()
    .trim();
}

function nameOfFile(path: string): Name {
  const file = path.slice(path.lastIndexOf('/') + 1);
  return { text: file.replace(/\..*$/, ''), offset: 0, isFile: true };
}

function lineAndColumn(source: string, offset: number): { line: number; column: number } {
  const before = source.slice(0, offset);
  const lineStart = before.lastIndexOf('\n') + 1;
  return { line: before.split('\n').length, column: offset - lineStart + 1 };
}
