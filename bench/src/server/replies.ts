import { answerPiece, answerText } from './task.ts';

/** The format of a reply: tool calls of the API, a list of calls in text, or JSON in text. */
export type ReplyForm = 'native' | 'prompted' | 'guided';

/** The content of a reply. */
export type ReplyContent =
  | { readonly kind: 'call'; readonly step: number }
  | { readonly kind: 'answer'; readonly deltas: number };

/** Encodes a whole reply. */
export function wholeReply(form: ReplyForm, content: ReplyContent): Buffer {
  return remember(`${form} whole ${keyOf(content)}`, () => {
    const message = { role: 'assistant', ...messageOf(form, content), refusal: null };
    const finish_reason = finishOf(form, content);
    return Buffer.from(
      JSON.stringify({
        ...headOf(content),
        object: 'chat.completion',
        choices: [{ index: 0, message, logprobs: null, finish_reason }],
        usage,
      }),
    );
  });
}

/** Encodes a streamed reply as Server-Sent Events. */
export function streamedReply(form: ReplyForm, content: ReplyContent): readonly Buffer[] {
  const chunk = { ...headOf(content), object: 'chat.completion.chunk' };
  const choose = (delta: object, finish_reason: string | null) =>
    toEvent({ ...chunk, choices: [{ index: 0, delta, logprobs: null, finish_reason }] });
  return remember(`${form} streamed ${keyOf(content)}`, () => [
    choose({ role: 'assistant', content: '' }, null),
    ...deltasOf(form, content).map((delta) => choose(delta, null)),
    choose({}, finishOf(form, content)),
    toEvent({ ...chunk, choices: [], usage }),
    Buffer.from('data: [DONE]\n\n'),
  ]);
}

/** Ids differ within a conversation, because LangChain treats a second message with the same id as a new version of the first. */
function headOf(content: ReplyContent): object {
  const id = `chatcmpl-${keyOf(content).replace(' ', '-')}-6f1c3a52`;
  return { id, created: 1_760_000_000, model: 'gemma-3-27b' };
}

const usage = { prompt_tokens: 412, completion_tokens: 38, total_tokens: 450 };

const known = new Map<string, unknown>();

function remember<Made>(key: string, make: () => Made): Made {
  const made = (known.get(key) as Made | undefined) ?? make();
  known.set(key, made);
  return made;
}

function keyOf(content: ReplyContent): string {
  return content.kind === 'call' ? `call ${content.step}` : `answer ${content.deltas}`;
}

const query = 'spring floods';

function messageOf(form: ReplyForm, content: ReplyContent): object {
  return form === 'native' && content.kind === 'call'
    ? { content: null, tool_calls: [toolCall(content.step)] }
    : { content: textOf(form, content) };
}

function toolCall(step: number): object {
  return {
    id: `call_${step}_8f2ab1`,
    type: 'function',
    function: { name: 'search_pages', arguments: JSON.stringify({ query, page: step }) },
  };
}

function textOf(form: ReplyForm, content: ReplyContent): string {
  if (content.kind === 'answer') {
    const answer = answerText(content.deltas);
    return form === 'guided' ? JSON.stringify({ answer }) : answer;
  }
  return form === 'guided'
    ? JSON.stringify({
        calls: [{ name: 'search_pages', arguments: { query, page: content.step } }],
      })
    : `[search_pages(query="${query}", page=${content.step})]`;
}

function finishOf(form: ReplyForm, content: ReplyContent): string {
  return form === 'native' && content.kind === 'call' ? 'tool_calls' : 'stop';
}

function deltasOf(form: ReplyForm, content: ReplyContent): readonly object[] {
  if (form === 'native' && content.kind === 'call') {
    return [{ tool_calls: [{ index: 0, ...toolCall(content.step) }] }];
  }
  if (content.kind === 'call') return [{ content: textOf(form, content) }];
  const pieces = Array.from({ length: content.deltas }, (_, place) => answerPiece(place));
  const written = form === 'guided' ? ['{"answer":"', ...pieces, '"}'] : pieces;
  return written.map((content) => ({ content }));
}

function toEvent(chunk: object): Buffer {
  return Buffer.from(`data: ${JSON.stringify(chunk)}\n\n`);
}
