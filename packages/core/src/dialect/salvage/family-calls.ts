import { readArgKeyCall } from './arg-key-call.ts';
import type { CallPlace, ProsePlace } from './call-place.ts';
import type { Cursor } from './cursor.ts';
import { readElementCall, readKeyedCalls } from './element-call.ts';
import { type FoundCall, withRepair } from './found-call.ts';
import { readHarmonyCall } from './harmony-call.ts';
import { readInvokeCall, takeTagWord } from './invoke-call.ts';
import { readReactCall } from './react-call.ts';
import { readStatements, type Statement } from './statement.ts';
import { readTokenCall } from './token-call.ts';

/** The form of calls that {@link readReactCall} reads. */
export const actionForm = 'Action:';

/** A reader of single calls that need no tags around them. */
interface Reader {
  readonly form: string;
  /** Whether a call may begin with this character, so that most readers are not asked. */
  readonly mayBegin: (character: string, tools: CallPlace['tools']) => boolean;
  readonly read: (place: CallPlace, prose: ProsePlace) => FoundCall | undefined;
}

const beginsWith = (characters: string) => (character: string) => characters.includes(character);

const readers: readonly Reader[] = [
  { form: '<invoke name=…>', mayBegin: beginsWith('<'), read: readInvokeCall },
  { form: '<|tool_call_begin|>', mayBegin: beginsWith('<'), read: readTokenCall },
  {
    form: '<|channel|>commentary to=…',
    // The header of the message without its tokens: `assistant`, `commentary`, `analysis`, `to=`.
    mayBegin: beginsWith('<act'),
    read: readHarmonyCall,
  },
  {
    form: '<arg_key>',
    mayBegin: (character, tools) => tools.mayBeginWith(character),
    read: (place, { isLineStart }) => (isLineStart ? readArgKeyCall(place) : undefined),
  },
  {
    form: actionForm,
    mayBegin: beginsWith('Aa*'),
    read: (place, prose) => (prose.mayStartSentence ? readReactCall(place) : undefined),
  },
];

/** Tags around calls that do not have the form `<name>` and `</name>`. */
const tokenPairs: readonly Pair[] = [
  // Kimi, DeepSeek in three spellings, Step 3.
  { begin: '<|tool_calls_section_begin|>', end: '<|tool_calls_section_end|>' },
  { begin: '<｜tool▁calls▁begin｜>', end: '<｜tool▁calls▁end｜>' },
  { begin: '<｜tool_calls_begin｜>', end: '<｜tool_calls_end｜>' },
  { begin: '<|tool_calls_begin|>', end: '<|tool_calls_end|>' },
  // Phi-4, and Granite without an end.
  { begin: '<|tool_call|>', end: '<|/tool_call|>', isOptional: true },
  // Cohere, Apertus, InternLM.
  { begin: '<|START_ACTION|>', end: '<|END_ACTION|>' },
  { begin: '<|tools_prefix|>', end: '<|tools_suffix|>' },
  { begin: '<|action_start|><|plugin|>', end: '<|action_end|>' },
  { begin: '<|action_start|>', end: '<|action_end|>' },
];

interface Pair {
  readonly begin: string;
  readonly end: string;
  /** Whether models usually leave the end out. */
  readonly isOptional?: boolean;
}

/** `<tool_calls>` (Jamba, Hunyuan), `<TOOLCALL>` (Nemotron), `<minimax:tool_call>`, `<longcat_tool_call>` and others. */
const wrapperName =
  /^(?:[\w-]{1,20}:|longcat_|[|｜]+DSML[|｜]+ ?)?(?:tool_?calls?|function_?calls?|tool_use|calls)$/i;

/**
 * Reads calls in the protocol of another family of models, which its server did not parse. Use it only in prose: in a code
 * fence they are an example. Returns `undefined` and does not move if no such call begins here.
 */
export function readFamilyCalls(place: CallPlace, prose: ProsePlace): Statement | undefined {
  const { cursor } = place;
  if (cursor.peek() === '<' && !mayBeTag(cursor)) return undefined;
  return readWrapped(place, mostWrappers) ?? readOne(place, prose);
}

/** Most tags in a text are other tags, or none: a name or a bar follows, and a name or another bar after it. */
function mayBeTag(cursor: Cursor): boolean {
  const next = cursor.peek(1);
  if (!/^[\w|｜]?$/.test(next)) return false;
  return !/[|｜]/.test(next) || /^[\w|｜]?$/.test(cursor.peek(2));
}

/** `<tool_calls><tool_call>…`, and no more. */
const mostWrappers = 2;

function readOne(place: CallPlace, prose: ProsePlace): Statement | undefined {
  const first = place.cursor.peek();
  for (const { form, mayBegin, read } of readers) {
    const call = mayBegin(first, place.tools) ? read(place, prose) : undefined;
    if (call !== undefined) return { calls: [call], form };
  }
  return undefined;
}

function readWrapped(place: CallPlace, left: number): Statement | undefined {
  const { cursor } = place;
  if (left === 0 || cursor.peek() !== '<') return undefined;
  return cursor.attempt(() => {
    const pair = readWrapper(cursor);
    if (pair === undefined) return undefined;
    const inside = { ...place, stops: [pair.end, pair.begin], isMarked: true };
    const calls = readContent(inside, left - 1);
    if (calls.length === 0) return undefined;
    cursor.skipSpace();
    const isClosed = cursor.skip(pair.end);
    const repair = isClosed || pair.isOptional ? undefined : `missing ${pair.end}`;
    return { calls: withRepair(calls, repair), form: pair.begin };
  });
}

function readWrapper(cursor: Cursor): Pair | undefined {
  const tokens = tokenPairs.find(({ begin }) => cursor.skip(begin));
  if (tokens !== undefined) return tokens;
  cursor.skip('<');
  const name = takeTagWord(cursor);
  if (!wrapperName.test(name) || !cursor.skip('>')) return undefined;
  return { begin: `<${name}>`, end: `</${name}>` };
}

const insideTags: ProsePlace = { isLineStart: true, mayStartSentence: false };

function readContent(place: CallPlace, left: number): FoundCall[] {
  const { cursor } = place;
  const calls: FoundCall[] = [];
  let end = cursor.at;
  for (;;) {
    cursor.skipSpace();
    const next =
      readWrapped(place, left)?.calls ??
      readStatements(place)?.calls ??
      readOne(place, insideTags)?.calls ??
      listOf(readElementCall(place)) ??
      readKeyedCalls(place);
    if (next === undefined) break;
    for (const call of next) calls.push(call);
    end = cursor.at;
  }
  cursor.at = end;
  return calls;
}

function listOf(call: FoundCall | undefined): readonly FoundCall[] | undefined {
  return call === undefined ? undefined : [call];
}
