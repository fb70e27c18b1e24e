import type { AssistantTurn, Part, RunEvent, ToolCall, Usage, UserInput } from '@turnwise/core';

/** What an event says beside its type, in a few words; may hold control characters of a model or a tool. */
export function describeEvent(event: RunEvent): string {
  switch (event.type) {
    case 'run-started':
      return event.resumed ? 'resumed' : '';
    case 'user-turn-added':
      return event.turn.inputs.map(tellInput).join(' / ');
    case 'input-steered':
      return tellInput(event.input);
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
      return `${event.finishReason}, ${tellUsage(event.usage)}`;
    case 'assistant-turn-added':
      return tellTurn(event.turn);
    case 'tool-started':
    case 'approval-requested':
      return tellCall(event.call);
    case 'tool-finished':
      return `${event.call.name}, ${event.result.status} in ${event.durationMs} ms: ${tellParts(event.result.parts)}`;
    case 'tool-turn-added':
      return count(event.turn.results.length, 'result');
    case 'step-finished':
      return tellUsage(event.usage);
    case 'run-finished':
      return `${event.status}, ${tellUsage(event.usage)}`;
    case 'run-failed':
      return `${event.error.code}: ${event.error.message}`;
    default:
      return tellFields(event);
  }
}

const longestText = 200;

const stampFields: ReadonlySet<string> = new Set(['type', 'runId', 'agent', 'step', 'seq', 'at']);

function tellFields(event: RunEvent): string {
  const own = Object.entries(event).filter(([name]) => !stampFields.has(name));
  return shorten(own.map(([name, value]) => `${name} ${JSON.stringify(value)}`).join(', '));
}

function tellInput({ parts }: UserInput): string {
  return tellParts(parts);
}

function tellTurn(turn: AssistantTurn): string {
  if (turn.kind === 'text') return `text: ${shorten(turn.text)}`;
  return `calls: ${turn.calls.map(tellCall).join(', ')}`;
}

function tellCall({ name, arguments: given }: ToolCall): string {
  return `${name}(${shorten(JSON.stringify(given))})`;
}

function tellParts(parts: readonly Part[]): string {
  return shorten(
    parts.map((part) => (part.type === 'text' ? part.text : `[${part.image.mediaType}]`)).join(' '),
  );
}

function tellUsage({ inputTokens, outputTokens }: Usage): string {
  return `${inputTokens} tokens in, ${outputTokens} out`;
}

function count(amount: number, noun: string): string {
  return `${amount} ${noun}${amount === 1 ? '' : 's'}`;
}

function shorten(text: string): string {
  return text.length > longestText ? `${text.slice(0, longestText - 1)}…` : text;
}
