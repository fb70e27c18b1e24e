import type { JsonObject } from '../json.ts';
import type { ModelProfile } from '../profile/model-profile.ts';
import type { CallsTurn, ToolCall, ToolTurn } from '../turns/turn.ts';
import { neutraliseJson, neutraliserFor } from './control-tokens.ts';
import type { Dialect, Prompt, ToolChoice, ToolSpec } from './dialect.ts';
import {
  conversationEncoder,
  type Said,
  type Saying,
  sayResult,
  sayWords,
} from './encode-conversation.ts';
import { nativeDecoder } from './native-decoder.ts';
import { wireArguments, wireParameters } from './offered-tools.ts';
import type { WireBody, WireTool, WireToolChoice } from './wire.ts';
import { callIdFor } from './wire-call-id.ts';
import { wireName } from './wire-name.ts';

/** Said on top of the instructions when an answer is wanted after tools were called, and tools are not offered. */
const answerNow = 'Answer the user now, in plain text, from what you know. No tools are available.';

/**
 * The server's own way: `tools` and `tool_choice`, `assistant.tool_calls`, role `tool`.
 * Where turns are strict, several calls of one reply are replayed one by one, each with its result behind it:
 * Gemma's template drops names and ids, and runs of tool messages break the alternation.
 */
export function nativeDialect(profile: ModelProfile): Dialect {
  const neutralise = neutraliserFor(profile);
  const isStrict = profile.turns.order === 'strict';
  const callId = callIdFor(profile);
  const encodeTurns = conversationEncoder(profile, (calls, results) =>
    isStrict ? sayUnrolled(calls, results, callId) : sayTogether(calls, results, callId),
  );
  const wireTools = new WeakMap<readonly ToolSpec[], readonly WireTool[]>();

  const toolsOnWire = (tools: readonly ToolSpec[]) => {
    const known = wireTools.get(tools);
    if (known !== undefined) return known;
    const made = tools.map(
      (tool): WireTool => ({
        type: 'function',
        function: {
          name: wireName(tool.name),
          description: neutralise(tool.description),
          parameters: neutraliseJson(wireParameters(tool.parameters), neutralise) as JsonObject,
        },
      }),
    );
    wireTools.set(tools, made);
    return made;
  };

  return {
    name: 'native',
    encode(prompt): WireBody {
      const messages = encodeTurns(prompt.turns, {
        instructions: instructionsOf(prompt),
        imageUrl: prompt.imageUrl,
      });
      if (prompt.phase === 'act') {
        const tools = toolsOnWire(prompt.tools);
        return { messages, tools, tool_choice: choiceOnWire(prompt.toolChoice) };
      }
      return prompt.output === undefined
        ? { messages }
        : { messages, response_format: formatFor(prompt.output, profile) };
    },
    listen: (prompt) => nativeDecoder(prompt),
  };
}

function instructionsOf(prompt: Prompt): string {
  const { instructions, turns } = prompt;
  const hasCalls = turns.some((turn) => turn.role === 'tool');
  if (prompt.phase === 'act' || !hasCalls) return instructions;
  return instructions === '' ? answerNow : `${instructions}\n\n${answerNow}`;
}

function formatFor(
  output: { readonly name: string; readonly schema: JsonObject },
  { structuredOutput }: ModelProfile,
): NonNullable<WireBody['response_format']> {
  return structuredOutput === 'json_schema'
    ? { type: 'json_schema', json_schema: { ...output, strict: true } }
    : { type: 'json_object' };
}

function choiceOnWire(choice: ToolChoice): WireToolChoice {
  if (typeof choice === 'string') return choice;
  return { type: 'function', function: { name: wireName(choice.tool) } };
}

type CallId = (id: string) => string;

function sayUnrolled(calls: CallsTurn, turn: ToolTurn, callId: CallId): readonly Said[] {
  const lastPlace = turn.results.length - 1;
  return calls.calls.flatMap((call, place): readonly Said[] => {
    const result = turn.results[place];
    if (result === undefined) return [];
    const words = place === lastPlace ? sayWords(turn.words) : [];
    return [
      sayCalls([call], callId),
      toolMessage(callId(call.id), [...sayResult(result), ...words]),
    ];
  });
}

function sayTogether(calls: CallsTurn, turn: ToolTurn, callId: CallId): readonly Said[] {
  return [
    sayCalls(calls.calls, callId),
    ...turn.results.map((result) => toolMessage(callId(result.callId), sayResult(result))),
    ...(turn.words ?? []).map((input): Said => ({ role: 'user', content: input.parts })),
  ];
}

function sayCalls(calls: readonly ToolCall[], callId: CallId): Said {
  return {
    role: 'assistant',
    content: null,
    tool_calls: calls.map((call) => ({
      id: callId(call.id),
      type: 'function',
      function: {
        name: wireName(call.name),
        arguments: JSON.stringify(wireArguments(call.arguments)),
      },
    })),
  };
}

function toolMessage(id: string, content: Saying): Said {
  return { role: 'tool', tool_call_id: id, content };
}
