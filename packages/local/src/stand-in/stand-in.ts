import type { JsonObject } from '../json.ts';
import type { Picture } from '../pictures.ts';
import { findCallShapes, toolsOfGrammar } from './call-shape.ts';
import { composeAnswer } from './compose-answer.ts';
import { describePictures } from './describe-pictures.ts';
import type { OfferedTool } from './offered-tool.ts';
import { forceCall, type Plan, planCalls } from './plan.ts';
import type { PastToolCall } from './read-calls.ts';
import { type Conversation, type Exchange, readPrompt } from './read-prompt.ts';
import { writeByGrammar } from './write-by-grammar.ts';
import { writeCalls } from './write-calls.ts';

/** Everything a model would get: the rendered prompt, the pictures, and what it is allowed to write. */
export interface ModelView {
  prompt: string;
  pictures: readonly Picture[];
  /** The schema that the whole reply must follow. */
  grammar: JsonObject | undefined;
  /** The schema that an answer must follow, while calls stay free. */
  answerGrammar: JsonObject | undefined;
}

/**
 * Writes a reply by rules: it picks tools by shared words, fills arguments from the text, chains calls
 * whose arguments need results, and answers from results. It knows nothing of its own and says so.
 */
export function answerAsStandIn(view: ModelView): string {
  const conversation = readPrompt(view.prompt);
  const exchange = conversation.exchanges.at(-1) ?? { question: '', calls: [], answer: undefined };
  const tools = findTools(conversation, view.grammar);
  const plan: Plan =
    tools.length === 0
      ? { calls: [], missing: undefined }
      : planCalls(exchange, tools, conversation.exchanges.slice(0, -1));
  const isForced = conversation.mustCall !== false || isCallOnly(view.grammar);
  const calls =
    plan.calls.length === 0 && isForced
      ? toForcedCalls(tools, exchange, conversation.mustCall)
      : plan.calls;
  const answer = toAnswer(exchange, conversation, view.pictures, plan);
  const answerGrammar = view.answerGrammar ?? conversation.answerSchema;
  const grammar = view.grammar ?? (calls.length === 0 ? answerGrammar : undefined);
  if (grammar !== undefined) return writeByGrammar(grammar, { calls, answer, exchange });
  return calls.length > 0 ? writeCalls(calls, conversation.callStyle) : answer;
}

/** A grammar without a place for calls leaves nothing to call. */
function findTools({ tools }: Conversation, grammar: JsonObject | undefined): OfferedTool[] {
  if (grammar === undefined) return tools;
  const named = toolsOfGrammar(grammar);
  if (findCallShapes(grammar, grammar).length === 0) return [];
  const allowed = new Set(named.map(({ name }) => name));
  const offered = tools.filter(({ name }) => allowed.size === 0 || allowed.has(name));
  return offered.length > 0 ? offered : named;
}

function toForcedCalls(
  tools: readonly OfferedTool[],
  { question }: Exchange,
  mustCall: boolean | string,
): PastToolCall[] {
  const named = tools.filter(({ name }) => name === mustCall);
  const call = forceCall(named.length > 0 ? named : tools, question);
  return call === undefined ? [] : [call];
}

/** A grammar with a place for calls and none for an answer forces a call. */
function isCallOnly(grammar: JsonObject | undefined): boolean {
  if (grammar === undefined || findCallShapes(grammar, grammar).length === 0) return false;
  const exchange = { question: '', calls: [], answer: undefined };
  return !writeByGrammar(grammar, { calls: [], answer: 'x', exchange }).includes('"x"');
}

function toAnswer(
  exchange: Exchange,
  { instructions, tools }: Conversation,
  pictures: readonly Picture[],
  { missing }: Plan,
): string {
  const decision =
    /\b(?:reply|answer|respond)\s+with\s+(?:only\s+|just\s+)?the\s+(?:one\s+|single\s+)?word\s+["'`]?([\w-]+)/i;
  const word = decision.exec(instructions)?.[1];
  if (word !== undefined) return word;
  const composed = composeAnswer(exchange);
  if (composed !== undefined) return composed;
  if (pictures.length > 0) return describePictures(pictures);
  if (missing !== undefined) {
    const names = missing.parameters.map(({ name }) => name).join(' and ');
    return `To use ${missing.tool.name} I need the ${names}. Please tell me.`;
  }
  return toSmallTalk(exchange.question, tools);
}

function toSmallTalk(question: string, tools: readonly OfferedTool[]): string {
  if (
    /^\W*(?:hi|hello|hey|good\s+(?:morning|evening|day|afternoon)|greetings|say hello)\b/i.test(
      question,
    )
  ) {
    return 'Hello! I am a rule-based stand-in, not a language model.';
  }
  if (/\b(?:thanks|thank you)\b/i.test(question)) return 'You are welcome.';
  const offer =
    tools.length === 0
      ? 'No tools are offered.'
      : `None of the offered tools fits (${tools.map(({ name }) => name).join(', ')}).`;
  return `I am a rule-based stand-in, not a language model, and cannot answer this. ${offer}`;
}
