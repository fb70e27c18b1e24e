import { describe, expect, test } from '@jest/globals';
import { estimateTextTokens } from '../../src/context/estimate-text.ts';
import { turnMeasurer } from '../../src/context/estimate-turn.ts';
import { TokenLedger } from '../../src/context/token-ledger.ts';
import type { Turn } from '../../src/turns/turn.ts';

describe('the estimate of a text', () => {
  // Counts of cl100k_base, measured with gpt-tokenizer.
  test.each([
    ['a table', '|---|---|---|\n| a | b | c |\n'.repeat(30), 420],
    ['headings', '====== Title ======\n'.repeat(20), 80],
    ['numbers', '1,2,3,4,5,6,7\n'.repeat(40), 560],
    ['leaders', 'Chapter one ........................ 12\n'.repeat(20), 140],
    ['nested JSON', '{"a":[{},{}],"b":{}}'.repeat(20), 200],
    ['comments', '/*********/ '.repeat(30), 90],
    ['padding', `line${' '.repeat(30)}\n`.repeat(20), 40],
    ['short lines', 'line\n'.repeat(300), 600],
    ['long numbers', '1234567890'.repeat(50), 167],
    ['capitals', 'ERROR WARNING FATAL\n'.repeat(30), 150],
  ])('is within a factor of two and a half of a real count: %s', (_, text, counted) => {
    const ratio = estimateTextTokens(text) / counted;
    expect(ratio).toBeGreaterThan(0.4);
    expect(ratio).toBeLessThan(2.5);
  });

  test('is the sum of its parts if white space separates them', () => {
    const parts = ['The sea', 'was calm,', '42 ships', '港湾'];
    const sum = parts.reduce((tokens, part) => tokens + estimateTextTokens(part), 0);
    expect(estimateTextTokens(parts.join(' '))).toBeCloseTo(sum + 3 * estimateTextTokens(' '));
    expect(estimateTextTokens('')).toBe(0);
  });
});

const user = (text: string): Turn => ({
  role: 'user',
  inputs: [{ parts: [{ type: 'text', text }] }],
});
const answer = (text: string): Turn => ({ role: 'assistant', kind: 'text', text });

function newLedger() {
  // One token for each character keeps the numbers simple; each message has 5 more.
  return new TokenLedger(
    turnMeasurer({ countTokens: (text) => text.length, imageTokens: () => 0 }),
  );
}

const prompt = (turns: readonly Turn[], overhead = 100) => ({
  turns,
  overhead,
  phase: 'act' as const,
});

describe('the ledger', () => {
  const first = user('x'.repeat(95));

  test('uses the count of a counted prompt, and estimates only new turns', () => {
    const ledger = newLedger();
    ledger.observe(prompt([first]), 500);
    expect(ledger.estimate(prompt([first]))).toEqual({ tokens: 500, unmeasured: 0 });
    const longer = prompt([first, answer('y'.repeat(45)), user('z'.repeat(45))]);
    expect(ledger.estimate(longer)).toEqual({ tokens: 600, unmeasured: 100 });
  });

  test('learns the size of turns, and corrects later estimates', () => {
    const ledger = newLedger();
    const turns = [first, answer('y'.repeat(95)), user('z'.repeat(95))];
    ledger.observe(prompt([first]), 500);
    ledger.observe(prompt(turns), 900);
    expect(ledger.costOf(turns[1] as Turn)).toBe(200);
    expect(ledger.correction).toBe(1.5);
    expect(ledger.costOf(user('w'.repeat(95)))).toBe(150);
  });

  test('does not use a count after any turn of the prompt was shortened', () => {
    const ledger = newLedger();
    const [long, short, last] = [answer('y'.repeat(995)), answer('y'.repeat(95)), user('Go on.')];
    ledger.observe(prompt([first, long, last]), 2_000);
    const { tokens } = ledger.estimate(prompt([first, short, last]));
    expect(tokens).toBeLessThan(1_500);
  });

  test('starts from a saved correction', () => {
    const measurer = turnMeasurer({ countTokens: (text) => text.length, imageTokens: () => 0 });
    const ledger = new TokenLedger(measurer, { correction: 2 });
    expect(ledger.costOf(first)).toBe(200);
  });

  test('detects a cut prompt by a count that hardly grows or is far below the estimate', () => {
    const ledger = newLedger();
    const long = prompt([user('x'.repeat(2_995))]);
    const isCut = (each: ReturnType<typeof prompt>, tokens: number) =>
      ledger.isCut(each, tokens, ledger.estimate(each).tokens);
    expect(isCut(long, 1_400)).toBe(true);
    expect(isCut(long, 1_700)).toBe(false);
    ledger.observe(long, 3_000);
    const longer = prompt([...long.turns, answer('y'.repeat(295)), user('z'.repeat(195))]);
    expect(isCut(longer, 3_050)).toBe(true);
    expect(isCut(longer, 3_200)).toBe(false);
    expect(isCut(prompt([...long.turns, answer('y'), user('z')]), 2_999)).toBe(false);
    expect(ledger.mostCounted).toBe(3_000);
  });
});
