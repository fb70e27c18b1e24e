import type { Exchange } from './record-run.ts';

/**
 * Formats the exchanges of a run as Markdown: for each request its purpose, its body, and the turn of the reply.
 * Messages that are the same as in the request before are only counted.
 */
export function writeLog(exchanges: readonly Exchange[]): string {
  return exchanges
    .map(({ body, turn }, index) => {
      const known = countKnown(body, exchanges[index - 1]?.body);
      const again =
        known === 0
          ? ''
          : ` ${known === 1 ? 'The first one is' : `The first ${known} are`} the same as in request ${index} and not shown again.`;
      const json = JSON.stringify(abridge(body, known), null, 2);
      return `### Request ${index + 1}\n\n${describeRequest(body)}${again}\n\n\`\`\`json\n${json}\n\`\`\`\n\n${describeTurn(turn)}\n`;
    })
    .join('\n');
}

/** The number of messages of the request before, if this request repeats all of them; else 0. */
function countKnown({ messages }: Exchange['body'], before: Exchange['body'] | undefined): number {
  const known = listMessages(before?.messages);
  const now = listMessages(messages);
  const isKept = known.every(
    (message, index) => JSON.stringify(message) === JSON.stringify(now[index]),
  );
  return isKept ? known.length : 0;
}

/** The body without known messages, and with tools shortened to their names. */
function abridge({ messages, tools, ...rest }: Exchange['body'], known: number): unknown {
  const names = listTools(tools);
  const added = listMessages(messages).slice(known);
  return { messages: added, ...(names.length === 0 ? {} : { tools: names }), ...rest };
}

function describeRequest({ tools, messages }: Exchange['body']): string {
  const names = listTools(tools);
  const toolsSent =
    names.length === 0
      ? 'It has no `tools`: the text contains them as signatures.'
      : `Its tools are ${names.map((name) => `\`${name}\``).join(' and ')}.`;
  const roles = listMessages(messages).map(({ role }) => String(role));
  return `It requests calls or a text. ${toolsSent} Messages: ${roles.join(', ')}.`;
}

function describeTurn(turn: Exchange['turn']): string {
  if (turn.kind === 'text') return `The reply is a text, which is the answer: "${turn.text}"`;
  const calls = turn.calls.map((call) => `\`${call.name}(${JSON.stringify(call.arguments)})\``);
  return `The reply contains calls and no text: ${calls.join(', ')}.`;
}

function listTools(tools: unknown): readonly string[] {
  const isTool = (tool: unknown): tool is { function: { name: string } } =>
    typeof tool === 'object' && tool !== null && 'function' in tool;
  return Array.isArray(tools) ? tools.filter(isTool).map((tool) => tool.function.name) : [];
}

function listMessages(messages: unknown): readonly { role?: unknown }[] {
  return Array.isArray(messages) ? messages : [];
}
