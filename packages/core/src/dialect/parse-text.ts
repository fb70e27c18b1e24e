import { isNonEmpty } from '../json.ts';
import type { ActiveTools } from './active-tools.ts';
import { cutCall } from './cut-call.ts';
import type { ParsedCall, ParsedDelta, ParsedReply } from './dialect.ts';
import { dropEchoes, type WithoutEchoes } from './drop-echoes.ts';
import type { Fix } from './fix.ts';
import { createHoldBack, type HoldBack } from './salvage/hold-back.ts';
import { type Salvaged, type SalvagedCall, salvageCalls } from './salvage/salvage-calls.ts';
import type { RawReply } from './wire.ts';

/** Emits text while it is streamed, and holds back what may still become a call. */
export interface TextParser {
  /** Takes the next piece and returns the text that can be shown now. */
  push(text: string): string;
  /** Finds the calls in the whole text, without reading again what was pushed and shown. Call it once. */
  salvage(text: string): Salvaged;
  /** Returns the deltas that are missing once the whole reply was parsed. */
  finish(parsed: ParsedReply): readonly ParsedDelta[];
}

/** Creates a parser for the text of one reply. */
export function createTextParser({ callables }: ActiveTools): TextParser {
  let holdBack: HoldBack | undefined;
  let shownLength = 0;
  return {
    push(text) {
      if (callables.count > 0) holdBack ??= createHoldBack(callables);
      const shown = holdBack === undefined ? text : holdBack.push(text);
      shownLength += shown.length;
      return shown;
    },
    salvage: (text) => holdBack?.finish(text) ?? salvageCalls(text, callables),
    finish(parsed) {
      const rest = parsed.kind === 'text' ? parsed.text.slice(shownLength) : '';
      return rest === '' ? [] : [{ type: 'text-delta', text: rest }];
    },
  };
}

/** The form of calls that the instructions asked for. Calls of this form are not reported as salvaged. */
export type CallForm = 'Python list';

/** How a text is parsed. */
export interface ParseTextOptions extends Pick<TextParser, 'salvage'> {
  readonly requestedForm?: CallForm | undefined;
}

/** Parses a reply that is text: an answer, calls written as text, or nothing. */
export function parseText(
  reply: RawReply,
  tools: ActiveTools,
  { salvage, requestedForm }: ParseTextOptions,
): ParsedReply {
  const { text, finishReason } = reply;
  const isCut = finishReason === 'length';
  if (text.trim() === '') {
    return { kind: 'unusable', problem: describeEmptyReply(reply), fixes: [] };
  }
  const salvaged = salvage(text);
  const isRequestedForm = salvaged.form === requestedForm;
  const read = salvaged.calls.map((call) => toParsedCall(call, tools, { isCut, isRequestedForm }));
  const calls = read.map(({ call }) => call);
  if (!isNonEmpty(calls)) {
    const { text: answer, dropped } = withoutEchoes(salvaged.answer ?? text, tools);
    const echoed: Fix[] = dropped === '' ? [] : [{ kind: 'dropped-text', text: dropped }];
    return {
      kind: 'text',
      text: answer,
      fixes: isCut ? [...echoed, { kind: 'cut-text' }] : echoed,
    };
  }
  const fixes = read.flatMap((each) => each.fixes);
  if (salvaged.text.trim() !== '') fixes.push({ kind: 'dropped-text', text: salvaged.text });
  return { kind: 'calls', calls, fixes };
}

/** A conversation without tools may be about such tags. */
function withoutEchoes(text: string, { callables }: ActiveTools): WithoutEchoes {
  return callables.count === 0 ? { text, dropped: '' } : dropEchoes(text);
}

function toParsedCall(
  salvaged: SalvagedCall,
  tools: ActiveTools,
  { isCut, isRequestedForm }: { readonly isCut: boolean; readonly isRequestedForm: boolean },
): { readonly call: ParsedCall; readonly fixes: readonly Fix[] } {
  const { text } = salvaged;
  const { tool, name, fixes } = tools.resolve(salvaged.spelling);
  const found: readonly Fix[] = isRequestedForm
    ? fixes
    : [{ kind: 'salvaged-call', name, text }, ...fixes];
  if (isCut) return { call: cutCall(name, text), fixes: found };
  if (!salvaged.readable) {
    const unreadable = { text, problem: salvaged.problem };
    return { call: { name, arguments: {}, unreadable }, fixes: found };
  }
  const input =
    tool === undefined ? salvaged.arguments : tools.ownArguments(tool, salvaged.arguments);
  const call = { name, arguments: input };
  if (salvaged.repairs.length === 0) return { call, fixes: found };
  const repaired: Fix = { kind: 'repaired-arguments', name, text, repairs: salvaged.repairs };
  return { call, fixes: [...found, repaired] };
}

/** Describes what is wrong with a reply without text and calls: nothing came, or only reasoning. */
function describeEmptyReply({
  reasoning,
  finishReason,
}: Pick<RawReply, 'reasoning' | 'finishReason'>): string {
  const place = finishReason === 'length' ? ' at the output limit' : '';
  const { length } = reasoning.trim();
  return length === 0
    ? `The reply was empty${place}.`
    : `The reply contained only reasoning (${length} characters) and no answer${place}.`;
}
