/** A text without the invented results of tools in it. */
export interface WithoutEchoes {
  readonly text: string;
  /** What was dropped; `''` if nothing was. */
  readonly dropped: string;
}

const names = 'tool_(?:result|response|output)';

/** A result that begins a line, up to its end tag; without one, up to the next empty line or the end. */
const echo = new RegExp(
  `^[ \\t]*<${names}\\b[^>\\n]*>(?:[\\s\\S]*?</${names}>|:?[\\s\\S]*?(?=\\n[ \\t]*\\n|$(?![\\s\\S])))[ \\t]*\\n?`,
  'gm',
);

/**
 * Takes results of tools out of an answer. A model cannot know a result: it invents one, or repeats one that it was given. The
 * text stays as it is if nothing else is left of it.
 */
export function dropEchoes(text: string): WithoutEchoes {
  if (!/<tool_(?:result|response|output)/.test(text)) return { text, dropped: '' };
  const dropped: string[] = [];
  const rest = text
    .replace(echo, (match) => {
      dropped.push(match.trim());
      return '';
    })
    .trim();
  return rest === '' || dropped.length === 0
    ? { text, dropped: '' }
    : { text: rest, dropped: dropped.join('\n') };
}
