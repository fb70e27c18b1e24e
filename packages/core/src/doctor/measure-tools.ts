import type { RawReply, WireBody, WireTool } from '../dialect/wire.ts';
import { isJsonObject } from '../json.ts';
import { asks, type Exchange, fullReplyTokens, judge, shortenForTable } from './exchange.ts';
import { weatherTool } from './measure-turns.ts';
import { type Finding, no, unclear, yes } from './measurement.ts';

const question = 'What is the weather in Paris?';

/** Whether tools are accepted and put into the prompt, and calls are parsed. */
export async function measureTools(
  exchange: Exchange,
  plainTokens: number | undefined,
): Promise<Finding> {
  const outcome = await exchange({
    messages: [asks(question)],
    tools: [weatherTool],
    max_tokens: fullReplyTokens,
  });
  return judge(outcome, (reply) => {
    if (reply.calls.length > 0) return judgeCalls(reply);
    if (areIgnored(reply, plainTokens)) {
      return no('ignored: the prompt has no additional tokens');
    }
    return unclear(`the reply is a text: ${shortenForTable(reply.text)}`);
  });
}

/** Whether `tool_choice` can force a call of any tool, or of one tool by its name. */
export async function measureToolChoice(
  exchange: Exchange,
  choice: WireBody['tool_choice'] & {},
): Promise<Finding> {
  const outcome = await exchange({
    messages: [asks('Hi.')],
    tools: [otherTool, weatherTool],
    tool_choice: choice,
    max_tokens: fullReplyTokens,
  });
  const wanted = typeof choice === 'object' ? choice.function.name : undefined;
  return judge(outcome, (reply) => {
    const [call] = reply.calls;
    if (call === undefined)
      return no(`ignored: the reply is a text: ${shortenForTable(reply.text)}`);
    if (wanted !== undefined && call.name !== wanted) return no(`another tool: ${call.name}`);
    return judgeCalls(reply);
  });
}

/** Whether one reply can contain several calls. */
export async function measureSeveralCalls(exchange: Exchange): Promise<Finding> {
  const outcome = await exchange({
    messages: [asks('What is the weather in Paris and in Rome? Ask for both at once.')],
    tools: [weatherTool],
    max_tokens: fullReplyTokens,
  });
  return judge(outcome, (reply) => {
    if (reply.calls.length > 1) return yes(`${reply.calls.length} calls`);
    return unclear(reply.calls.length === 1 ? 'one call only' : 'no call');
  });
}

/** Whether the calls of a streamed reply are complete. */
export async function measureStreamedCalls(exchange: Exchange): Promise<Finding> {
  const body = {
    messages: [asks(question)],
    tools: [weatherTool],
    max_tokens: fullReplyTokens,
  };
  const outcome = await exchange(body, { stream: true });
  return judge(outcome, (reply) => {
    if (reply.calls.length > 0) return judgeCalls(reply);
    if (reply.text.trim() === '') return no('the reply is empty');
    return unclear(`the reply is a text: ${shortenForTable(reply.text)}`);
  });
}

const otherTool: WireTool = {
  type: 'function',
  function: {
    name: 'get_time',
    description: 'Time of day in a city.',
    parameters: {
      type: 'object',
      properties: { city: { type: 'string' } },
      required: ['city'],
    },
  },
};

function areIgnored({ usage, text }: RawReply, plainTokens: number | undefined): boolean {
  if (usage === undefined || plainTokens === undefined) return false;
  // The question has only a few tokens more than the one without tools; a tool has dozens.
  return usage.inputTokens < plainTokens + 20 && !text.includes('get_weather');
}

function judgeCalls({ calls, finishReason }: RawReply): Finding {
  const broken = calls.find((call) => !isObjectText(call.arguments));
  if (broken === undefined) return yes(calls.map(({ name }) => name).join(', '));
  const problem = `the arguments are not a JSON object: ${shortenForTable(broken.arguments)}`;
  return finishReason === 'length' ? unclear(`cut at the limit; ${problem}`) : no(problem);
}

function isObjectText(text: string): boolean {
  try {
    return isJsonObject(JSON.parse(text));
  } catch {
    return false;
  }
}
