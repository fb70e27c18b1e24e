/** Hostile and broken replies of any length, for scripts that measure. */

type Make = (characters: number) => string;

/** How the server sends the reply. */
export interface Delivery {
  /** Characters of each piece of a stream. */
  readonly pieceChars: number;
  readonly asArguments?: boolean;
  readonly asReasoning?: boolean;
  /** Whether every piece is a call of its own, which the server has parsed. */
  readonly asCalls?: boolean;
  readonly finishReason?: 'length';
  readonly dialect?: 'prompted' | 'guided';
}

const repeated =
  (piece: string): Make =>
  (characters) =>
    piece.repeat(Math.max(1, Math.floor(characters / piece.length)));

const between =
  (start: string, piece: string, end: string): Make =>
  (characters) =>
    start + repeated(piece)(characters) + end;

const jsonFile: Make = (characters) => {
  const row = '{"id": "7", "city": "Rome", "note": "a, b"}, ';
  const file = `[${row.repeat(characters / (row.length + 12))}]`;
  return `[save(path="a.json", content=${JSON.stringify(file)})]`;
};

const prompted: Delivery = { pieceChars: 16, dialect: 'prompted' };
const native: Delivery = { pieceChars: 16 };
const asArguments: Delivery = { pieceChars: 4_096, asArguments: true };
const onePieceEach: Delivery = { ...native, pieceChars: 1 };

export const hostileReplies: Readonly<Record<string, readonly [Make, Delivery]>> = {
  'arguments: numbers without commas': [between('{"n": [', '7 ', ']}'), asArguments],
  'arguments: lines without commas': [between('{"n": [', '7\n', ']}'), asArguments],
  'arguments: strings without commas': [between('{n: [', "'a' ", ']}'), asArguments],
  'arguments: members without commas': [between('{', '"k" : "v" ', '}'), asArguments],
  'arguments: keys only': [between('{', '"k" "v" ', '}'), asArguments],
  'arguments: unescaped quotes': [between('{"text": "', 'a "b" c ', '"}'), asArguments],
  'arguments: open brackets': [repeated('{"a":['), asArguments],
  'arguments: escaped quotes, open': [between('{"text": "', '\\"', ''), asArguments],
  'arguments: comments': [between('{', '/* a */', '}'), asArguments],
  'arguments: in small pieces': [
    between('{"text": "', 'word ', '"}'),
    { ...asArguments, pieceChars: 16 },
  ],
  'arguments: one character per piece': [
    between('{"content": "', 'a \\n', '"}'),
    { ...asArguments, pieceChars: 1 },
  ],
  'calls of the server': [
    repeated('{"content": "a \\n b"}'),
    { ...native, pieceChars: 21, asCalls: true },
  ],
  'plain text, one character per piece': [repeated('So it is. '), onePieceEach],
  'quotes and line breaks, one character per piece': [repeated('"a"\n'), onePieceEach],
  'reasoning of the server, one character per piece': [
    repeated('So "it" is.\n'),
    { ...onePieceEach, asReasoning: true },
  ],
  'file of JSON, cut': [(n) => jsonFile(n).slice(0, -40), { ...prompted, finishReason: 'length' }],
  'file of JSON, not closed': [(n) => jsonFile(n).slice(0, -3), prompted],
  'file of JSON, complete': [jsonFile, prompted],
  'escaped quotes in an open call': [between('[save(content="', '\\"\\"', ''), prompted],
  'quotes in an open call': [between('[save(content="', '"" ', ''), prompted],
  'apostrophes in an open call': [between("[save(content='", "it's ", ''), prompted],
  'tags of calls': [repeated('<tool_call>{"name":"save"'), native],
  'tags of lists of calls': [repeated('[TOOL_CALLS][{"name":"save"'), native],
  'tagged call with unescaped quotes': [
    between('<tool_call>{"name":"save","arguments":{"content":"', 'a "b" ', '"}}</tool_call>'),
    prompted,
  ],
  'open brackets': [repeated('{"a":[('), native],
  'open calls': [repeated('save(content=['), prompted],
  'calls, one character per piece': [
    repeated(': save(content="1") z\n'),
    { ...prompted, pieceChars: 1 },
  ],
  'open tags of thoughts': [repeated('<think>a'), native],
  'thoughts one after another': [repeated('<think>a</think>'), native],
  'thoughts at the start of lines': [repeated('a\n<think>b</think>\n'), native],
  'thoughts: closing tags': [repeated('a</think>\n'), native],
  'thoughts: closing tags in code': [repeated('a `</think>` b '), native],
  'thoughts: closing tags in open fences': [repeated('\n```x\n</think>'), native],
  'thoughts: tags in calls': [repeated('[save(content="</think>")]\n'), prompted],
  'thoughts: closing tags after a long text': [
    between('', 'So it is. ', ' a </think> b </think>'.repeat(40)),
    native,
  ],
  'thoughts: parts of tags': [repeated('a </thin'), native],
  'thoughts: white space': [between('<think>', ' ', 'a</think>b'), native],
  'thoughts: white space before a tag': [between('a', ' ', '</think>b'), native],
  'thoughts: a long thought, one character per piece': [
    between('<think>', 'So 1 < 2. ', '</think>b'),
    onePieceEach,
  ],
  'thoughts: white space, one character per piece': [
    between('', ' ', '<think>a</think>b'),
    onePieceEach,
  ],
  'thoughts: ordinary words as tags': [
    between('analysis', 'So 1 < 2. ', 'assistantfinalb'),
    native,
  ],
  fences: [repeated('```\nsave(content="1")\n``` '), native],
  'single backticks': [repeated('` '), native],
  'prose with links': [
    repeated('The weather in Paris is fine, and "so" is [the food](http://x). '),
    native,
  ],
  'white space before the answer': [between('', ' ', 'Hello.'), native],
  'line breaks before a call': [between('', '\n', '[save(content="1")]'), prompted],
  'white space inside a call': [between('[save(', ' ', 'content="1")]'), prompted],
  'guided: an open answer': [
    between('{"answer": "', '\\u0041"', ''),
    { ...native, dialect: 'guided' },
  ],
  'guided: white space': [between('', ' ', '{"answer": "a"}'), { ...native, dialect: 'guided' }],
  'guided: calls without commas': [
    between('{"calls": [', '{"name": "save", "arguments": {}} ', ']}'),
    { ...native, dialect: 'guided' },
  ],
};

/** The body of a response with a reply of this kind and about this many characters. */
export function hostileBody(kind: string, characters: number, isStreamed: boolean): string {
  const [make, delivery] = hostileReplies[kind] ?? [() => '', native];
  const reply = make(characters);
  return isStreamed ? streamOf(reply, delivery) : wholeOf(reply, delivery);
}

function streamOf(reply: string, delivery: Delivery): string {
  const deltas = piecesOf(reply, delivery).map((piece, index) => messageOf(piece, delivery, index));
  const end = { index: 0, delta: {}, finish_reason: finishReasonOf(delivery) };
  const events = [...deltas.map((delta) => ({ index: 0, delta })), end].map(
    (choice) => `data: ${JSON.stringify({ choices: [choice] })}\n\n`,
  );
  return `${events.join('')}data: [DONE]\n\n`;
}

function wholeOf(reply: string, delivery: Delivery): string {
  const { tool_calls: _, ...fields } = messageOf(reply, delivery, 0);
  const calls = (delivery.asCalls === true ? piecesOf(reply, delivery) : [reply]).flatMap(
    (piece, index) => messageOf(piece, delivery, index).tool_calls ?? [],
  );
  const message = { role: 'assistant', ...fields, ...(calls.length > 0 && { tool_calls: calls }) };
  return JSON.stringify({
    choices: [{ index: 0, message, finish_reason: finishReasonOf(delivery) }],
  });
}

function piecesOf(reply: string, { pieceChars }: Delivery): string[] {
  return Array.from({ length: Math.ceil(reply.length / pieceChars) }, (_, index) =>
    reply.slice(index * pieceChars, (index + 1) * pieceChars),
  );
}

interface Message {
  readonly content?: string;
  readonly reasoning_content?: string;
  readonly tool_calls?: readonly object[];
}

function messageOf(text: string, delivery: Delivery, at: number): Message {
  const { asArguments: isArguments, asReasoning, asCalls } = delivery;
  if (asReasoning === true) return { reasoning_content: text };
  if (isArguments !== true && asCalls !== true) return { content: text };
  const index = asCalls === true ? at : 0;
  const isFirst = asCalls === true || at === 0;
  const head = isFirst ? { id: `a${index}`, type: 'function' } : {};
  const name = isFirst ? { name: 'save' } : {};
  return { tool_calls: [{ index, ...head, function: { ...name, arguments: text } }] };
}

function finishReasonOf({ finishReason, asArguments: isCall, asCalls }: Delivery): string {
  return finishReason ?? (isCall === true || asCalls === true ? 'tool_calls' : 'stop');
}
