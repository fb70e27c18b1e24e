import type { AssistantTurn, Part, RunEvent, ToolCall, Usage, UserInput } from '@turnwise/core';

/** Describes an event in a few words, without its type. The text can contain control characters from a model or a tool. */
export function describeEvent(event: RunEvent): string {
  switch (event.type) {
    case 'run-started':
      return event.resumed ? 'resumed' : '';
    case 'user-turn-added':
      return event.turn.inputs.map(formatInput).join(' / ');
    case 'input-steered':
      return formatInput(event.input);
    case 'step-started':
      return `${event.step}, ${event.phase}`;
    case 'request-started':
      return `${event.model}, ${event.dialect}, ${event.messages} messages, about ${event.estimatedTokens} tokens, ${event.tools} tools`;
    case 'text-delta':
    case 'reasoning-delta':
      return event.text;
    case 'call-delta':
      return `${event.name === undefined ? '' : `${event.name} `}${event.arguments ?? ''}`;
    case 'request-finished':
      return `${event.finishReason}, ${formatUsage(event.usage)}`;
    case 'assistant-turn-added':
      return formatTurn(event.turn);
    case 'tool-started':
    case 'decision-requested':
      return formatCall(event.call);
    case 'tool-finished':
      return `${event.call.name}, ${event.result.status} in ${event.durationMs} ms: ${formatParts(event.result.parts)}`;
    case 'tool-turn-added':
      return count(event.turn.results.length, 'result');
    case 'step-finished':
      return formatUsage(event.usage);
    case 'run-finished':
      return `${event.status}, ${formatUsage(event.usage)}`;
    case 'run-failed':
      return `${event.error.code}: ${event.error.message}`;
    default:
      return formatFields(event);
  }
}

const maxChars = 200;

const metaFields: ReadonlySet<string> = new Set(['type', 'runId', 'agent', 'step', 'seq', 'at']);

function formatFields(event: RunEvent): string {
  const own = Object.entries(event).filter(([name]) => !metaFields.has(name));
  return shorten(own.map(([name, value]) => `${name} ${JSON.stringify(value)}`).join(', '));
}

function formatInput({ parts }: UserInput): string {
  return formatParts(parts);
}

function formatTurn(turn: AssistantTurn): string {
  if (turn.kind === 'text') return `text: ${shorten(turn.text)}`;
  return `calls: ${turn.calls.map(formatCall).join(', ')}`;
}

function formatCall({ name, arguments: given }: ToolCall): string {
  return `${name}(${shorten(JSON.stringify(given))})`;
}

function formatParts(parts: readonly Part[]): string {
  return shorten(
    parts.map((part) => (part.type === 'text' ? part.text : `[${part.image.mediaType}]`)).join(' '),
  );
}

function formatUsage({ inputTokens, outputTokens }: Usage): string {
  return `${inputTokens} tokens in, ${outputTokens} out`;
}

function count(amount: number, noun: string): string {
  return `${amount} ${noun}${amount === 1 ? '' : 's'}`;
}

function shorten(text: string): string {
  return text.length > maxChars ? `${text.slice(0, maxChars - 1)}…` : text;
}
