import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { anyText } from '../../../../scripts/any-text.ts';
import { propertyRuns } from '../../../../scripts/property-runs.ts';
import { createStringFieldStream } from '../../src/schema/json-text/string-field-stream.ts';

describe('createStringFieldStream', () => {
  test('gives the text of the field as it arrives', () => {
    const stream = createStringFieldStream('answer');
    expect(
      ['{"ans', 'wer": "Hel', 'lo\\', 'n', '!"', ', "x": 1}'].map((piece) => stream.push(piece)),
    ).toEqual(['', 'Hel', 'lo', '\n', '!', '']);
    expect(stream.isComplete).toBe(true);
  });

  test('the text does not depend on how it is cut into pieces', () => {
    fc.assert(
      fc.property(
        fc.dictionary(anyText(), fc.jsonValue()),
        anyText(),
        fc.string(),
        fc.array(fc.nat(), { maxLength: 20 }),
        fc.constantFrom(escapeNothing, escapeEverything),
        (others, text, field, cuts, encode) => {
          const { [field]: _replaced, ...rest } = others;
          const json = encode(JSON.stringify({ ...rest, [field]: text, z: 1 }));
          const stream = createStringFieldStream(field);
          const pieces = cutAt(json, cuts).map((piece) => stream.push(piece));
          expect(pieces.join('')).toBe(field === 'z' ? '' : JSON.parse(json)[field]);
          expect(pieces.every((piece) => !hasHalf(piece) || hasHalf(text))).toBe(true);
        },
      ),
      { numRuns: propertyRuns },
    );
  });

  test('a nested field of the same name is another field', () => {
    const stream = createStringFieldStream('answer');
    expect(stream.push('{"a": {"answer": "no"}, "b": ["answer", "{"], "answer": "yes"}')).toBe(
      'yes',
    );
  });

  test.each(['{"answer": 5}', '{"answer": {"answer": "x"}}', '{}', '[{"answer": "x"'])(
    'of %s it gives nothing',
    (json) => {
      expect(createStringFieldStream('answer').push(json)).toBe(json.startsWith('[') ? 'x' : '');
    },
  );

  test('text before the object and a code fence are skipped', () => {
    expect(createStringFieldStream('answer').push('```json\n{"answer": "x"}')).toBe('x');
  });
});

function hasHalf(text: string): boolean {
  return /\p{Surrogate}/u.test(text);
}

function escapeNothing(json: string): string {
  return json;
}

function escapeEverything(json: string): string {
  return json.replace(
    /[^\x20-\x7e]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

function cutAt(text: string, cuts: readonly number[]): string[] {
  const places = [...new Set(cuts.map((cut) => cut % (text.length + 1)))].sort((a, b) => a - b);
  return [0, ...places].map((start, index) => text.slice(start, places[index]));
}
