import type { Exchange } from './record-run.ts';

/**
 * The exchanges of a run as Markdown: for each request what it asks for, its body, and what came of the reply.
 * Messages that the request before it had sent already, word for word, are only counted.
 */
export function writeLog(exchanges: readonly Exchange[]): string {
  return exchanges
    .map(({ body, heard }, place) => {
      const known = countKnown(body, exchanges[place - 1]?.body);
      const again =
        known === 0
          ? ''
          : ` The first ${known} are those of request ${place}, unchanged, and left out here.`;
      const json = JSON.stringify(abridge(body, known), null, 2);
      return `### Request ${place + 1}\n\n${tellPurpose(body)}${again}\n\n\`\`\`json\n${json}\n\`\`\`\n\n${tellReply(heard)}\n`;
    })
    .join('\n');
}

/** How many messages a request repeats, provided that it repeats all of the one before. */
function countKnown({ messages }: Exchange['body'], before: Exchange['body'] | undefined): number {
  const known = listMessages(before?.messages);
  const now = listMessages(messages);
  const isKept = known.every(
    (message, place) => JSON.stringify(message) === JSON.stringify(now[place]),
  );
  return isKept ? known.length : 0;
}

/** Of a tool, its name says enough here. */
function abridge({ messages, tools, ...rest }: Exchange['body'], known: number): unknown {
  const names = listTools(tools);
  const added = listMessages(messages).slice(known);
  return { messages: added, ...(names.length === 0 ? {} : { tools: names }), ...rest };
}

function tellPurpose({ tools, messages }: Exchange['body']): string {
  const names = listTools(tools);
  const offer =
    names.length === 0
      ? 'It sends no `tools`: they stand in the text, as signatures.'
      : `It offers ${names.map((name) => `\`${name}\``).join(' and ')}.`;
  const roles = listMessages(messages).map(({ role }) => String(role));
  return `It asks for calls or a text. ${offer} Messages: ${roles.join(', ')}.`;
}

function tellReply(heard: Exchange['heard']): string {
  if (heard.kind === 'text') return `The reply is a text, and so the answer: "${heard.text}"`;
  const calls = heard.calls.map((call) => `\`${call.name}(${JSON.stringify(call.arguments)})\``);
  return `The reply is calls, no text: ${calls.join(', ')}.`;
}

function listTools(tools: unknown): readonly string[] {
  const isTool = (tool: unknown): tool is { function: { name: string } } =>
    typeof tool === 'object' && tool !== null && 'function' in tool;
  return Array.isArray(tools) ? tools.filter(isTool).map((tool) => tool.function.name) : [];
}

function listMessages(messages: unknown): readonly { role?: unknown }[] {
  return Array.isArray(messages) ? messages : [];
}
