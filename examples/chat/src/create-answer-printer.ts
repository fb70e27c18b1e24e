import type { RunEvent, ToolResult } from '@turnwise/core';
import { type Colours, escapeLine, escapeText } from '@turnwise-examples/program';

/**
 * Prints an answer while it streams, and the calls before it. Streamed text that is not part of the answer is marked:
 * text counts only once its turn is complete.
 */
export function createAnswerPrinter(
  write: (text: string) => void,
  colours: Colours,
): (event: RunEvent) => void {
  let isInLine = false;
  const note = (text: string) => {
    write(`${isInLine ? '\n' : ''}${colours.dim(escapeLine(text))}\n`);
    isInLine = false;
  };
  return (event) => {
    switch (event.type) {
      case 'text-delta':
        write(escapeText(event.text));
        isInLine = true;
        break;
      case 'stream-restarted':
      case 'turn-fixed':
        if (isInLine) note('(the text above does not count)');
        break;
      case 'request-retried':
        note(`(asking again: ${event.reason})`);
        break;
      case 'tool-started':
        note(`· ${event.call.name} ${shorten(JSON.stringify(event.call.arguments))}`);
        break;
      case 'tool-finished':
        note(`  ${event.result.status}: ${shorten(textOf(event.result))}`);
        break;
      case 'run-finished':
      case 'run-failed':
        if (isInLine) write('\n');
        isInLine = false;
        break;
      default:
        break;
    }
  };
}

function textOf({ parts }: ToolResult): string {
  return parts.map((part) => (part.type === 'text' ? part.text : '[image]')).join(' ');
}

function shorten(text: string): string {
  return text.length > 100 ? `${text.slice(0, 99)}…` : text;
}
