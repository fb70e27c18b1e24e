import { isNonEmpty, type JsonObject } from '../json.ts';
import { memoize } from '../memoize.ts';
import { nodeCrypto } from '../node-crypto.ts';
import { type ModelProfile, type ReasoningRules, unrollsCalls } from '../profile/model-profile.ts';
import { rewriteForConstraint } from '../schema/constraint/rewrite-for-constraint.ts';
import { withDistinctDefinitions } from '../schema/json-schema/hoist-definitions.ts';
import type { CallsTurn, ToolCall, ToolResult, ToolTurn } from '../turns/turn.ts';
import { answerFormat, answerReminder } from './answer-request.ts';
import { completeParameters } from './complete-parameters.ts';
import { neutraliseJson, neutraliserFor } from './control-tokens.ts';
import type { Dialect, ToolChoice, ToolSpec } from './dialect.ts';
import {
  type ContentParts,
  conversationEncoder,
  type DraftMessage,
  formatInputs,
  formatResult,
} from './encode-conversation.ts';
import { formatToolResponses, responseTagOf } from './format-tool-responses.ts';
import { ownWords } from './own-words.ts';
import { refusedKeywordsOf } from './refused-keywords.ts';
import { createReplyParser } from './reply-parser.ts';
import { parserFactory } from './thoughts/thought-parser.ts';
import type { WireBody, WireTool, WireToolChoice } from './wire.ts';
import { wireName } from './wire-name.ts';
import { wireArguments, wireParameters } from './wire-parameters.ts';

/**
 * The OpenAI format: `tools` and `tool_choice`, `assistant.tool_calls`, role `tool`.
 * If the profile needs it, several calls of one reply are sent one by one, each followed by its result: Gemma's template
 * drops names and ids, and several tool messages in a row break the alternation; Llama's template accepts only one call.
 */
export function nativeDialect(profile: ModelProfile): Dialect {
  const neutralise = neutraliserFor(profile);
  const form = callFormOf(profile);
  const tag = responseTagOf(profile);
  const encodeRead = unrollsCalls(profile.turns) ? encodeUnrolled : encodeTogether;
  const encodeTurns = conversationEncoder(profile, {
    encodeExchange: (calls, results) => encodeExchange(calls, results, { form, encodeRead, tag }),
  });
  const toWireTools = memoize((tools: readonly ToolSpec[]) => {
    // vLLM refuses two tools whose schemas define the same name (get_json_schema_from_tools).
    const schemas = withDistinctDefinitions(
      tools.map(({ parameters }) =>
        completeParameters(
          rewriteForConstraint(wireParameters(parameters), refusedKeywordsOf(profile)),
          profile,
        ),
      ),
    );
    return tools.map(
      ({ name, description, parameters }, index): WireTool => ({
        type: 'function',
        function: {
          name: wireName(name),
          description: neutralise(description),
          parameters: neutraliseJson(schemas[index] ?? parameters, neutralise) as JsonObject,
        },
      }),
    );
  });

  return {
    name: 'native',
    encode(prompt): WireBody {
      const { turns, instructions, imageUrl } = prompt;
      if (prompt.phase === 'act') {
        return {
          messages: encodeTurns(turns, { instructions, reminder: prompt.reminder ?? '', imageUrl }),
          tools: toWireTools(prompt.tools),
          tool_choice: toWireToolChoice(prompt.toolChoice),
        };
      }
      const reminder = answerReminder(prompt, profile);
      const messages = encodeTurns(turns, { instructions, reminder, imageUrl });
      const format = answerFormat(prompt, profile);
      return format === undefined ? { messages } : { messages, response_format: format };
    },
    checkTools: (tools) => void toWireTools(tools),
    createParser: parserFactory({
      profile,
      createBodyParser: (tools) => createReplyParser(tools),
    }),
  };
}

function toWireToolChoice(choice: ToolChoice): WireToolChoice {
  if (typeof choice === 'string') return choice;
  return { type: 'function', function: { name: wireName(choice.tool) } };
}

/** Turns one of our call ids into a wire id. Pure. */
type CallId = (id: string) => string;

function wireCallIdsOf({ callIds }: ModelProfile): CallId {
  if (callIds === 'nine-alphanumerics') {
    return (id) => nodeCrypto().createHash('sha256').update(id).digest('hex').slice(0, 9);
  }
  return (id) => `call_${id.replace(/[^A-Za-z0-9]/g, '_')}`;
}

/** How calls and results are encoded for a profile. */
interface CallForm {
  readonly callId: CallId;
  readonly emptyContent: null | '';
  /** Whether a tool message has the name of its tool. */
  readonly hasName: boolean;
  /** The reasoning that is sent back with the calls of a turn. */
  readonly reasoningOf: (turn: CallsTurn) => ReplayedReasoning;
  /** Whether inputs that arrived while tools ran are part of the last result. */
  readonly joinsInputs: boolean;
}

function callFormOf(profile: ModelProfile): CallForm {
  return {
    callId: wireCallIdsOf(profile),
    emptyContent: profile.emptyContent === '' ? '' : null,
    hasName: profile.toolResultName === true,
    reasoningOf: replayedReasoning(profile),
    joinsInputs: profile.turns.order === 'strict',
  };
}

type ReplayedReasoning = Partial<Record<ReasoningRules['field'], string>>;

function replayedReasoning({ id, reasoning: rules }: ModelProfile): CallForm['reasoningOf'] {
  return ({ provider, reasoning }) =>
    rules?.replay !== 'open-turn' || provider?.profile !== id || reasoning === undefined
      ? {}
      : { [rules.field]: reasoning };
}

interface ExchangeForm {
  readonly form: CallForm;
  readonly encodeRead: typeof encodeUnrolled;
  readonly tag: string;
}

/**
 * Calls that could not be read cannot be sent as calls: their arguments are not known. They and their results are sent as text
 * before the other calls.
 */
function encodeExchange(
  turn: CallsTurn,
  answer: ToolTurn,
  { form, encodeRead, tag }: ExchangeForm,
): readonly DraftMessage[] {
  const unread = turn.calls.filter(({ unreadable }) => unreadable !== undefined);
  if (unread.length === 0) return encodeRead(turn, answer, form);
  const isUnread = ({ callId }: ToolResult) => unread.some(({ id }) => id === callId);
  const read = turn.calls.filter(({ unreadable }) => unreadable === undefined);
  const [open, others] = [
    answer.results.filter(isUnread),
    answer.results.filter((r) => !isUnread(r)),
  ];
  if (!isNonEmpty(open)) return encodeRead(turn, answer, form);
  const text = unread.map((call) => ownWords(call) ?? '').join('\n');
  const { inputs } = answer;
  const isLast = !isNonEmpty(read) || !isNonEmpty(others);
  return [
    { role: 'assistant', content: text },
    formatToolResponses({ role: 'tool', results: open, ...(isLast && inputs && { inputs }) }, tag),
    ...(isLast ? [] : encodeRead({ ...turn, calls: read }, { ...answer, results: others }, form)),
  ];
}

function encodeUnrolled(calls: CallsTurn, turn: ToolTurn, form: CallForm): readonly DraftMessage[] {
  const lastPlace = turn.results.length - 1;
  const exchanges: DraftMessage[] = [];
  for (const [place, call] of calls.calls.entries()) {
    const result = turn.results[place];
    if (result === undefined) continue;
    const inputs = form.joinsInputs && place === lastPlace ? formatInputs(turn.inputs) : [];
    exchanges.push(
      encodeCalls([call], form, place === 0 ? form.reasoningOf(calls) : {}),
      toolMessage(call, [...formatResult(result), ...inputs], form),
    );
  }
  return form.joinsInputs ? exchanges : [...exchanges, ...separateInputs(turn)];
}

function encodeTogether(calls: CallsTurn, turn: ToolTurn, form: CallForm): readonly DraftMessage[] {
  const results = turn.results.map((result) => {
    const call = calls.calls.find(({ id }) => id === result.callId);
    return toolMessage(call ?? { id: result.callId, name: '' }, formatResult(result), form);
  });
  const message = encodeCalls(calls.calls, form, form.reasoningOf(calls));
  return [message, ...results, ...separateInputs(turn)];
}

function separateInputs({ inputs }: ToolTurn): readonly DraftMessage[] {
  return (inputs ?? []).map(({ parts }): DraftMessage => ({ role: 'user', content: parts }));
}

function encodeCalls(
  calls: readonly ToolCall[],
  { callId, emptyContent }: CallForm,
  reasoning: ReplayedReasoning,
): DraftMessage {
  return {
    role: 'assistant',
    content: emptyContent,
    tool_calls: calls.map((call) => ({
      id: callId(call.id),
      type: 'function',
      function: {
        name: wireName(call.name),
        arguments: JSON.stringify(wireArguments(call.arguments)),
      },
    })),
    ...reasoning,
  };
}

function toolMessage(
  { id, name }: Pick<ToolCall, 'id' | 'name'>,
  content: ContentParts,
  { callId, hasName }: CallForm,
): DraftMessage {
  return {
    role: 'tool',
    tool_call_id: callId(id),
    ...(hasName && { name: wireName(name) }),
    content,
  };
}
