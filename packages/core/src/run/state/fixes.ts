import type { ParsedCall } from '../../dialect/dialect.ts';
import type { Fix } from '../../dialect/fix.ts';
import type { RawReply } from '../../dialect/wire.ts';
import { isText, listOf, objectOf } from '../../json-check.ts';
import { shorten } from '../../shorten.ts';
import type { RunEventBody } from './run-event.ts';
import type { RunState } from './run-state.ts';
import { defineSlice, saved } from './state-slice.ts';

/** The longest text of a reply in a fix, in characters: fixes are saved with the state. */
export const maxFixChars = 10_000;

/** Every fix of the run, in order. */
export const fixesSlice = defineSlice({
  fixes: saved((): Fix[] => [], listOf(objectOf({ kind: isText }))),
});

/** Records a fix and returns its event. */
export function addFix({ state }: { readonly state: RunState }, fix: Fix): RunEventBody {
  fixesSlice.of(state).fixes.push(fix);
  return { type: 'turn-fixed', fix };
}

/** The content of a reply that is not used, for its fix: the text and the calls as the model wrote them, shortened. */
export function formatRawReply({ text, calls }: RawReply): string {
  const formatted = calls.map(({ name, arguments: input }) => `${name}(${input})`);
  return shorten([text, ...formatted].filter((each) => each !== '').join('\n'), maxFixChars);
}

/** The fix for calls that are dropped. */
export function describeDropped(calls: readonly ParsedCall[]): Fix {
  const names = [...new Set(calls.map(({ name }) => name))];
  const text = calls
    .map((call) => `${call.name}(${call.unreadable?.text ?? JSON.stringify(call.arguments)})`)
    .join('\n');
  return { kind: 'dropped-calls', names, text: shorten(text, maxFixChars) };
}
