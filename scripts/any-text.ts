import fc from 'fast-check';

/**
 * Texts of any Unicode characters, for property tests. It replaces `fc.string({ unit: 'binary' })`, which needs a second of
 * CPU time before its first text, because it indexes all characters.
 */
export function anyText({
  maxLength = 10,
}: {
  readonly maxLength?: number;
} = {}): fc.Arbitrary<string> {
  const beforeSurrogates = fc.integer({ min: 0, max: 0xd7ff });
  const character = fc.oneof(beforeSurrogates, fc.integer({ min: 0xe000, max: 0x10ffff }));
  const characters = fc.array(character, { maxLength });
  return fc.oneof(
    characters.map((codes) => String.fromCodePoint(...codes)),
    // Contains names such as `__proto__`.
    fc.string({ maxLength }),
  );
}
