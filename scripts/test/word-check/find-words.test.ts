import { describe, expect, test } from '@jest/globals';
import { dataFiles, plainWords } from '../../plain-words.ts';
import { findWords } from '../../word-check/find-words.ts';

/** Each finding as `line:column found`. */
function found(path: string, source: string): readonly string[] {
  return findWords(path, source).map(
    ({ line, column, found: text }) => `${line}:${column} ${text}`,
  );
}

describe('a planted word is found with its place and its replacement', () => {
  test.each([
    ['a line comment', 'src/a.ts', 'const a = 1;\n// The JSON is mended here.', '2:16 mended'],
    ['a doc comment', 'src/a.ts', '/**\n * Reads.\n * Mended JSON.\n */', '3:4 Mended'],
    ['an error message', 'src/a.ts', "throw new Error('It is mended.');", '1:24 mended'],
    ['a template', 'src/a.ts', 'f(`$' + '{name()} is mended`);', '1:17 mended'],
    [
      'a template in a template',
      'src/a.ts',
      'f(`a $' + '{b ? `$' + '{c} was mended` : d}`);',
      '1:22 mended',
    ],
    ['a function', 'src/a.ts', 'export function mendJson() {}', '1:17 mendJson'],
    ['a type', 'src/a.ts', 'interface Unmended {}', '1:11 Unmended'],
    ['a property', 'src/a.ts', 'interface A { readonly isMended: boolean }', '1:24 isMended'],
    ['a local name of an import', 'src/a.ts', "import { a as mends } from 'a';", '1:15 mends'],
    ['an event type', 'src/a.ts', "emit({ type: 'json-mended' });", '1:15 json-mended'],
    ['the name of a file', 'src/mend-json.ts', 'export {};', '1:1 mend-json'],
    ['JavaScript', 'a.mjs', '// mended', '1:4 mended'],
    ['a test title', 'test/a.test.ts', "test('a list is mended', () => {});", '1:17 mended'],
    ['a title of test.each', 'test/a.test.ts', "test.each([1])('%s mended', f);", '1:20 mended'],
    ['a page', 'docs/a.md', '# Title\n\nBroken JSON is mended.', '3:16 mended'],
    ['a name on a page', 'docs/a.md', 'Call `mendJson()`.', '1:7 mendJson'],
    ['a comment on a page', 'docs/a.md', 'Text.\n\n```ts\n// mended\n```\n', '4:4 mended'],
  ])('in %s', (_place, path, source, expected) => {
    expect(found(path, source)).toEqual([expected]);
    expect(findWords(path, source)[0]?.entry).toMatchObject({ word: 'mend', plain: 'repair' });
  });

  test('a phrase is found across the lines of a comment', () => {
    expect(found('a.ts', '/**\n * It ran so many\n * times.\n */')).toEqual([
      '2:11 so many * times',
    ]);
    expect(found('a.ts', '  // It ran so many\n  // times.')).toEqual(['1:13 so many // times']);
  });
});

describe('what does not count', () => {
  test.each([
    ['a quotation in a comment', 'src/a.ts', '// The server answers "mended".'],
    ['a quotation on a page', 'docs/a.md', 'The server answers “mended” or "said".'],
    ['a URL', 'docs/a.md', 'See https://example.org/mended and [this](./mended.md).'],
    ['a code block in another language', 'docs/a.md', '```json\n{"a": "is mended"}\n```\n'],
    ['a text in inline code', 'docs/a.md', 'The model wrote `It is mended now.`'],
    ['a code block of a comment', 'src/a.ts', '/**\n * Reads:\n * ```\n * mended\n * ```\n */'],
    ['a use of a name', 'src/a.ts', 'import { mend } from "m";\nmend(); a.mend();'],
    ['a regular expression', 'src/a.ts', 'const a = /was mended \\/\\/ said/;'],
    ['what a model says', 'src/a.ts', "scriptedModel([says('It is mended.')]);"],
    ['what a user says', 'src/a.ts', "agent.run('Is it mended?');"],
    ['the input of a test', 'test/a.test.ts', "test('a', () => parse('it is mended'));"],
    ['the name of a module', 'src/a.ts', "import 'mended words';"],
    ['data files', 'packages/local/src/stand-in/a.ts', "const verbs = 'tell say mend';"],
  ])('%s', (_what, path, source) => {
    expect(found(path, source)).toEqual([]);
  });

  test('comments and names of data files count', () => {
    const source = "// said\nconst mends = 'tell say';";
    expect(found('packages/local/src/stand-in/a.ts', source)).toEqual(['1:4 said', '2:7 mends']);
  });
});

describe('the allowed uses', () => {
  test.each([
    ['a test double', "export const says = 1; export { says as saysNothing } from 'a';"],
    ['a person', '// What the user says goes to the model. People said so.'],
    ['a network', '// A server behind a proxy, or behind your company firewall.'],
  ])('of %s', (_what, source) => {
    expect(found('a.ts', source)).toEqual([]);
  });

  test('an allowed use does not hide another one', () => {
    const source = '// The user says it, and the server says it behind the comma.';
    expect(found('a.ts', source)).toEqual(['1:37 says', '1:45 behind']);
  });

  test('a name of one folder is free in others', () => {
    const source = 'export function look() {}';
    expect(found('packages/core/src/run/a.ts', source)).toEqual(['1:17 look']);
    expect(found('packages/tools/src/a.ts', source)).toEqual([]);
  });
});

describe('where', () => {
  test.each([
    'Empty where there is none.',
    'Throws `Unreadable` where the quote is missing.',
    'Where the server counts tokens, its count is used.',
    'It is repaired; where that fails, it is refused.',
    'Only where a model asked for it.',
  ])('counts as a condition: %s', (text) => {
    expect(findWords('a.md', text).map(({ entry }) => entry.word)).toContain('where (for "if")');
  });

  test.each([
    'Where the requests went.',
    'The file where the calls are read.',
    'It continues from where it began.',
    'Measures where the time goes, and prints it.',
    '## Where a text is a call, and where not',
    'This is the only place where effects are joined.',
  ])('counts as a place: %s', (text) => {
    expect(found('a.md', text)).toEqual([]);
  });
});

describe('the list', () => {
  test('has a replacement and a reason for each word, and a reason for each exception', () => {
    for (const { word, plain, reason, allowed = [] } of plainWords) {
      expect({ word, plain: plain.trim(), reason: reason.trim() }).toMatchObject({
        plain: expect.stringMatching(/\w{2}/),
        reason: expect.stringMatching(/\w{2}.*\.$/),
      });
      for (const exception of allowed) expect(exception.reason).toMatch(/\w{2}.*\.$/);
    }
    for (const files of dataFiles) expect(files.reason).toMatch(/\w{2}.*\.$/);
  });

  test('names each word once', () => {
    const words = plainWords.map(({ word }) => word);
    expect(words).toEqual([...new Set(words)]);
  });

  test.each([
    ...['// is none', '// is no tool', '// in sight', '// anew', '// beside it', '// whoever asks'],
    ...['// so many times', '// what nothing costs', '// without a word', '// it lies there'],
    ...['// it stands there', '// by itself', '// gets its due', '// goes on', '// the reins'],
    ...['class HeardCall {}', 'class Hearing {}', 'class Telling {}', 'class RunHappening {}'],
    ...['class EventStamp {}', 'class Reception {}', 'class NotSent {}', 'class BytesToSend {}'],
    ...['class Voice {}', 'class GrowthMemory {}', 'class News {}', 'class Surroundings {}'],
    ...['class Saying {}', 'let speaker = 1', 'let spoken = 1', 'let heed = 1', 'let obey = 1'],
    ...['let dial = 1', 'let sayHead = 1', 'let takeInbox = 1', 'let goesOn = 1'],
    ...['let runAside = 1', 'let door = 1', 'let house = 1', 'let room = 1', 'let offered = 1'],
  ])('finds %s', (source) => {
    expect(found('packages/core/src/a.ts', source)).toHaveLength(1);
  });
});
