import type { Image } from '../images.ts';
import type { JsonObject } from '../json.ts';
import { findCallShapes, toolsOfGrammar } from './call-shape.ts';
import { composeAnswer } from './compose-answer.ts';
import { describeImages } from './describe-images.ts';
import type { OfferedTool } from './offered-tool.ts';
import { forceCall, type Plan, planCalls } from './plan.ts';
import type { PastToolCall } from './read-calls.ts';
import { type Conversation, type Exchange, readPrompt } from './read-prompt.ts';
import { writeByGrammar } from './write-by-grammar.ts';
import { writeCalls } from './write-calls.ts';

/** The input of a model: the rendered prompt, the images, and the grammar of the reply. */
export interface ModelView {
  prompt: string;
  images: readonly Image[];
  /** The schema of the whole reply. */
  grammar: JsonObject | undefined;
  /** The schema of an answer; it does not apply to calls. */
  answerGrammar: JsonObject | undefined;
}

/**
 * Writes a reply by rules: chooses tools by shared words, takes arguments from the text or from earlier results,
 * and answers from results. For any other question it answers that it is not a language model.
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
  const answer = toAnswer(exchange, conversation, view.images, plan);
  const answerGrammar = view.answerGrammar ?? conversation.answerSchema;
  const grammar = view.grammar ?? (calls.length === 0 ? answerGrammar : undefined);
  if (grammar !== undefined) return writeByGrammar(grammar, { calls, answer, exchange });
  return calls.length > 0 ? writeCalls(calls, conversation.callStyle) : answer;
}

/** The tools that the reply can call; none if the grammar does not allow calls. */
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

/** A grammar that allows calls but no answer forces a call. */
function isCallOnly(grammar: JsonObject | undefined): boolean {
  if (grammar === undefined || findCallShapes(grammar, grammar).length === 0) return false;
  const exchange = { question: '', calls: [], answer: undefined };
  return !writeByGrammar(grammar, { calls: [], answer: 'x', exchange }).includes('"x"');
}

function toAnswer(
  exchange: Exchange,
  { instructions, tools }: Conversation,
  images: readonly Image[],
  { missing }: Plan,
): string {
  const decision =
    /\b(?:reply|answer|respond)\s+with\s+(?:only\s+|just\s+)?the\s+(?:one\s+|single\s+)?word\s+["'`]?([\w-]+)/i;
  const word = decision.exec(instructions)?.[1];
  if (word !== undefined) return word;
  const composed = composeAnswer(exchange);
  if (composed !== undefined) return composed;
  if (images.length > 0) return describeImages(images);
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
