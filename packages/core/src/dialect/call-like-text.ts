/** How a text resembles a call that no parser could read. */
export type CallLikeness =
  /** It has the form of a call: an answer does not look like this. */
  | 'written'
  /** A sentence announces a call and has its arguments, such as `I call f(x=1).` */
  | 'announced-call'
  /** A sentence announces that a tool is called, or advises it. */
  | 'announced'
  /** A sentence mentions that a tool is called; an answer may report that. */
  | 'described';

/** A reply that stands for a call ends with its announcement; earlier in a long answer, it is a quote or advice. */
const endChars = 300;

/**
 * Whether a text without readable calls still resembles one: JSON with a name and arguments that is alone, a tag of a tool
 * protocol that begins the text or a block that ends it, or the name of an offered tool with arguments on a line of its own
 * (`written`); or a sentence that calls a tool by its name (`described`). Use it on texts in which `salvageCalls` finds nothing.
 */
export function callLikeness(text: string, names: readonly string[]): CallLikeness | undefined {
  const bare = withoutFence(text.trim());
  if (bare === '') return undefined;
  if (isLoneTag(bare) || isLoneJson(bare) || hasHeaderAfterProse(bare)) return 'written';
  const mentioned = names.filter((name) => bare.includes(name));
  if (mentioned.some((name) => hasLineWithCall(bare, name))) return 'written';
  if (mentioned.some((name) => endsWithBlock(bare, name) || hasLabelledCall(bare, name))) {
    return 'written';
  }
  if (
    mentioned.some((name) =>
      isAnnounced(bare, `${nameInProse(name)}\\(\\s*["'{]?[\\w-]+["']?\\s*[:=]`),
    )
  ) {
    return 'announced-call';
  }
  const end = bare.slice(-endChars);
  if (mentioned.some((name) => isAnnounced(end, nameInProse(name)))) return 'announced';
  return mentioned.some((name) => isDescribed(bare, name)) ? 'described' : undefined;
}

function withoutFence(text: string): string {
  if (text.length < 6 || !text.startsWith('```') || !text.endsWith('```')) return text;
  return text.slice(3, -3).replace(/^\w+/, '').trim();
}

/**
 * `<tool_call>`, `<minimax:tool_call>`, `<toolcall>`, `<tool_use>`, `<|tool_calls_section_begin|>` of Kimi, `<｜tool▁calls▁begin｜>`
 * of DeepSeek, `<invoke name="…">`, `[TOOL_CALLS]`, or the header of a call of gpt-oss.
 */
const tagPattern =
  '(?:<[|｜]?(?:[\\w-]{1,20}[:_]|[|｜]?DSML[|｜]{1,2} ?)?(?:tool[_▁]?(?:calls?|use|results?|response|output|code)|TOOLCALL|tools_prefix|action_start|START_ACTION|function(?:_calls?|_response)?)(?:[\\s|｜_▁>=:]|$)' +
  '|<(?:[\\w-]{1,20}:|[|｜]DSML[|｜] ?)?invoke name=|\\[TOOL_(?:CALLS|REQUEST|RESULTS)\\]' +
  '|(?:<\\|channel\\|>)?(?:analysis|commentary)? ?to=functions\\.)';

const protocolTag = new RegExp(`^${tagPattern}`);
const tagOnLine = new RegExp(`^[ \\t]*${tagPattern}`, 'm');

function isLoneTag(text: string): boolean {
  return protocolTag.test(text);
}

/**
 * Whether the header of a call of gpt-oss follows a sentence without its tokens, as in `I look.commentary to=functions.f`. An
 * answer that quotes it has a word and white space, or a quote, before it.
 */
function hasHeaderAfterProse(text: string): boolean {
  if (!text.includes('to=functions.')) return false;
  return /(?:[.!?…][ \t]*|\w)(?:assistant)?(?:analysis|commentary) ?to=functions\.\w/.test(
    withoutFences(text),
  );
}

function withoutFences(text: string): string {
  return text.replace(/^[ \t]*```[\s\S]*?^[ \t]*```/gm, '');
}

/** Whether the text ends with a block in tags of a tool protocol that names the tool. */
function endsWithBlock(text: string, name: string): boolean {
  if (!/[>\]]$/.test(text) || text.includes('```')) return false;
  const start = text.search(tagOnLine);
  return start >= 0 && text.includes(name, start);
}

/** `[Calling tool: f with arguments: {…}]`, or `Action: f` and `Action Input: …` on two lines, as in ReAct. */
function hasLabelledCall(text: string, name: string): boolean {
  const tool = escapePattern(name);
  // A fence within a longer text shows an example.
  const prose = withoutFences(text);
  return new RegExp(
    `^[ \\t]*\\[(?:\\w{1,20} )?(?:tool|function)\\b[^\\n\\]]{0,40}(?<![\\w-])${tool}(?![\\w-])[^\\n\\]]*[{(]|` +
      `^[ \\t*]*action[*]*:[ \\t*\`"']*${tool}[ \\t*\`"']*\\n\\s*[*]*action[ _]input\\b`,
    'im',
  ).test(prose);
}

/** JSON that begins and ends the text, whole or broken, with the keys of a call before every other key. */
function isLoneJson(text: string): boolean {
  if (!/^[[\s]*\{/.test(text) || !/[}\]]\s*$/.test(text)) return false;
  const name = /["']?(?:name|function|tool|tool_name)["']?\s*:\s*["']/;
  const input = /["']?(?:arguments|parameters|args|input)["']?\s*:\s*[{"'[]/;
  const first = /^[[\s]*\{[\s{]*["']?(\w+)["']?\s*:/.exec(text)?.[1] ?? '';
  const isCallKey = /^(?:name|function|tool|tool_name|type|id|tool_call|tool_calls|arguments)$/;
  return isCallKey.test(first) && name.test(text) && input.test(text);
}

/** Whether a line begins with the tool and has a value for an argument: a signature in a list of tools has none. */
function hasLineWithCall(text: string, name: string): boolean {
  const call = new RegExp(
    `^[ \\t>*<[\`(-]{0,20}(?:call:)?${escapePattern(name)}[>\`]*\\s*[({]\\s*["'{]?[\\w-]+["']?\\s*[:=]\\s*(?:["'[{\\d-]|true\\b|false\\b|null\\b)[^\\n]*[^\\w.!?\\s]\\s*$`,
    'im',
  );
  return call.test(text);
}

/** Whether a sentence calls a tool in the present or the future: "you can use …", "I will call …", "Call …". */
function isAnnounced(text: string, tool: string): boolean {
  const before =
    "(?:\\b(?:I|we|can|will|must|(?:need|have|want|going) to|now|please|let me|let us|let's)|['’]ll|(?:^|[.!?:,;\\n]))";
  return new RegExp(
    `${before}\\s{0,9}\\b(?:use|call|invoke|execute|run)\\b[^.!?\\n]{0,30}${tool}`,
    'i',
  ).test(text);
}

function isDescribed(text: string, name: string): boolean {
  const verbs = '(?:use|using|call|calling|invoke|invoking|execute|executing|run|running)';
  return new RegExp(`\\b${verbs}\\b[^.!?\\n]{0,30}${nameInProse(name)}`, 'i').test(text);
}

/** A pattern for the name of the tool used as a name: in code marks, or because no word is spelled like it. */
function nameInProse(name: string): string {
  const isWord = /^\p{L}+$/u.test(name);
  const written = isWord ? `[\`"']${escapePattern(name)}(?:\\(\\))?[\`"']` : escapePattern(name);
  return `(?<![\\w-])${written}(?![\\w-])`;
}

function escapePattern(name: string): string {
  return name.replaceAll(/[.*+?^${}()|[\]\\/-]/g, '\\$&');
}
