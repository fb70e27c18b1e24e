import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { propertyRuns } from '../../../../scripts/property-runs.ts';
import { checkWireMessages } from '../../src/dialect/gate.ts';
import type { WireMessage } from '../../src/dialect/wire.ts';
import type { ModelProfile } from '../../src/profile/model-profile.ts';
import { profiles } from '../../src/profile/profiles.ts';
import { findWireProblem } from '../support/wire-rules.ts';

const { gemma3, gemma3Strict, openai } = profiles;

const letters: Readonly<Record<string, WireMessage>> = {
  s: { role: 'system', content: 'Be brief.' },
  u: { role: 'user', content: 'Hi' },
  a: { role: 'assistant', content: 'Hello' },
  c: callOf('1'),
  d: callOf('2'),
  t: { role: 'tool', tool_call_id: '1', content: 'ok' },
  w: { role: 'tool', tool_call_id: '2', content: 'ok' },
  p: { role: 'assistant', content: null, tool_calls: [...callsOf('1'), ...callsOf('2')] },
  e: { role: 'assistant', content: null, tool_calls: [] },
};

function callsOf(id: string) {
  return [{ id, type: 'function' as const, function: { name: 'f', arguments: '{}' } }];
}

function callOf(id: string): WireMessage {
  return { role: 'assistant', content: null, tool_calls: callsOf(id) };
}

function messagesOf(letterCodes: string): WireMessage[] {
  return [...letterCodes].map((letter) => letters[letter] as WireMessage);
}

function passes(codes: string, { turns }: ModelProfile): boolean {
  try {
    checkWireMessages(messagesOf(codes), turns);
    return true;
  } catch (thrown) {
    expect(thrown).toMatchObject({ code: 'turn_order', index: expect.any(Number) });
    return false;
  }
}

describe('for strict turns', () => {
  test.each(['u', 'su', 'uau', 'suau', 'uct', 'suctdw', 'uctau', 'uctctdw'])(
    '%s passes',
    (codes) => {
      expect(passes(codes, gemma3)).toBe(true);
    },
  );

  test.each([
    ['', 'no message'],
    ['s', 'only a system message'],
    ['a', 'the assistant is first'],
    ['ua', 'the assistant is last'],
    ['uu', 'two user messages'],
    ['uaau', 'two assistant messages'],
    ['uctu', 'the user after a result'],
    ['ucu', 'a call without a result'],
    ['uc', 'an open call at the end'],
    ['ut', 'a result without a call'],
    ['uctt', 'a result given twice'],
    ['ucw', 'the result of another call'],
    ['uptw', 'several calls in one message'],
    ['ue', 'an empty list of calls'],
    ['usu', 'a system message in the middle'],
    ['ssu', 'two system messages'],
  ])('%s is refused: %s', (codes) => {
    expect(passes(codes, gemma3)).toBe(false);
  });
});

test('a profile without a system role and a tool role refuses such messages', () => {
  expect(passes('uau', gemma3Strict)).toBe(true);
  expect(passes('su', gemma3Strict)).toBe(false);
  expect(passes('uct', gemma3Strict)).toBe(false);
});

test('with relaxed order every call still needs its result', () => {
  expect(passes('suuaauptwu', openai)).toBe(true);
  expect(passes('upt', openai)).toBe(false);
  expect(passes('uptu', openai)).toBe(false);
  expect(passes('uta', openai)).toBe(false);
});

test('the gate passes exactly the messages that a second implementation of the rules allows', () => {
  const codes = fc
    .array(fc.constantFrom(...'suactdwpe'), { maxLength: 8 })
    .map((all) => all.join(''));
  const profile = fc.constantFrom(gemma3, gemma3Strict, openai);
  const property = fc.property(codes, profile, (letterCodes, chosen) => {
    const problem = findWireProblem(messagesOf(letterCodes), chosen);
    expect(passes(letterCodes, chosen)).toBe(problem === undefined);
  });
  fc.assert(property, { numRuns: 20 * propertyRuns });
});
