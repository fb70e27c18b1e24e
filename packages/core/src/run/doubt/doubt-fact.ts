import { inputText } from '../../turns/inputs.ts';
import { type Conversation, givenNumbers, resultsOf } from '../grounding/given-values.ts';
import { reachableLookUps } from '../wording/reachable-look-ups.ts';
import type { AfterCalls, AnswerDoubt } from './answer-doubt.ts';

/** An answer with a time of day or a phone number that nobody gave, although a look-up is left that may have it. */
export function doubtFact<Context>(
  text: string,
  { tools, kinds, conversation, calls }: AfterCalls<Context>,
): AnswerDoubt | undefined {
  const { turns, instructions } = conversation;
  const given = [instructions.letters, ...turns.map(inputText), ...resultsOf(turns)].join('\n');
  const fact =
    timesIn(text).find((time) => !isGivenTime(time, given, conversation)) ??
    phonesIn(text).find((phone) => !digitsOf(given).includes(digitsOf(phone)));
  if (fact === undefined) return undefined;
  const open = reachableLookUps({ tools, kinds, turns, calls }).map(({ name }) => name);
  if (open.length === 0) return undefined;
  return { reason: `The reply has ${fact}, which nobody gave.`, tools: open };
}

function timesIn(text: string): readonly string[] {
  return text.match(/(?<![\d:.])(?:[01]?\d|2[0-3]):[0-5]\d(?![\d:])/g) ?? [];
}

/** 14:30 is given as 2:30 too, and 17:00 as 17. */
function isGivenTime(time: string, given: string, conversation: Conversation): boolean {
  const [hour = 0, minute = 0] = time.split(':').map(Number);
  const isSame = (other: string) => {
    const [otherHour = 0, otherMinute = 0] = other.split(/\D/).map(Number);
    return otherHour % 12 === hour % 12 && otherMinute === minute;
  };
  if ((given.match(/\d{1,2}[:.h]\d\d/g) ?? []).some(isSame)) return true;
  const numbers = givenNumbers(conversation);
  return minute === 0 && [hour, hour % 12, (hour % 12) + 12].some((each) => numbers.has(each));
}

function phonesIn(text: string): readonly string[] {
  const found = text.match(/(?<![\p{L}\d.,-])\+?\d[\d -]{4,}\d(?![\p{L}\d.,-]*\d)/gu) ?? [];
  return found.filter((each) => digitsOf(each).length > 6 && !/^\d{4}-\d\d-\d\d/.test(each));
}

function digitsOf(text: string): string {
  return text.replaceAll(/\D/g, '');
}
