/** Whether an English text has words for an amount or a day that the user does not know, but a tool does: "the whole bill". */
export function refersToFound(text: string): boolean {
  return amount.test(text);
}

const amount =
  /\b(?:all|whole|full|fully|entire|everything|total|complete|completely|remaining|(?:the|its|his|her|their|my) rest|balance|due|outstanding|same|current)\b/i;
