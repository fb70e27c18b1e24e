import { answerPiece, answerText } from './task.ts';

/** How a reply is written: as the server's own tool calls, as a list of calls in text, or as JSON in text. */
export type ReplyForm = 'native' | 'prompted' | 'guided';

/** What a model says in one reply. */
export type Said =
  | { readonly kind: 'call'; readonly step: number }
  | { readonly kind: 'answer'; readonly deltas: number };

/** A whole reply, ready to be sent. */
export function wholeReply(form: ReplyForm, said: Said): Buffer {
  return remember(`${form} whole ${keyOf(said)}`, () => {
    const message = { role: 'assistant', ...messageOf(form, said), refusal: null };
    const finish_reason = finishOf(form, said);
    return Buffer.from(
      JSON.stringify({
        ...headOf(said),
        object: 'chat.completion',
        choices: [{ index: 0, message, logprobs: null, finish_reason }],
        usage,
      }),
    );
  });
}

/** A streamed reply: its Server-Sent Events, each ready to be sent. */
export function streamedReply(form: ReplyForm, said: Said): readonly Buffer[] {
  const chunk = { ...headOf(said), object: 'chat.completion.chunk' };
  const choose = (delta: object, finish_reason: string | null) =>
    toEvent({ ...chunk, choices: [{ index: 0, delta, logprobs: null, finish_reason }] });
  return remember(`${form} streamed ${keyOf(said)}`, () => [
    choose({ role: 'assistant', content: '' }, null),
    ...deltasOf(form, said).map((delta) => choose(delta, null)),
    choose({}, finishOf(form, said)),
    toEvent({ ...chunk, choices: [], usage }),
    Buffer.from('data: [DONE]\n\n'),
  ]);
}

/** Ids differ within a conversation: LangChain takes a second message of one id for a new version of the first. */
function headOf(said: Said): object {
  const id = `chatcmpl-${keyOf(said).replace(' ', '-')}-6f1c3a52`;
  return { id, created: 1_760_000_000, model: 'gemma-3-27b' };
}

const usage = { prompt_tokens: 412, completion_tokens: 38, total_tokens: 450 };

const known = new Map<string, unknown>();

function remember<Made>(key: string, make: () => Made): Made {
  const made = (known.get(key) as Made | undefined) ?? make();
  known.set(key, made);
  return made;
}

function keyOf(said: Said): string {
  return said.kind === 'call' ? `call ${said.step}` : `answer ${said.deltas}`;
}

const query = 'spring floods';

function messageOf(form: ReplyForm, said: Said): object {
  return form === 'native' && said.kind === 'call'
    ? { content: null, tool_calls: [toolCall(said.step)] }
    : { content: textOf(form, said) };
}

function toolCall(step: number): object {
  return {
    id: `call_${step}_8f2ab1`,
    type: 'function',
    function: { name: 'search_pages', arguments: JSON.stringify({ query, page: step }) },
  };
}

function textOf(form: ReplyForm, said: Said): string {
  if (said.kind === 'answer') {
    const answer = answerText(said.deltas);
    return form === 'guided' ? JSON.stringify({ answer }) : answer;
  }
  return form === 'guided'
    ? JSON.stringify({ calls: [{ name: 'search_pages', arguments: { query, page: said.step } }] })
    : `[search_pages(query="${query}", page=${said.step})]`;
}

function finishOf(form: ReplyForm, said: Said): string {
  return form === 'native' && said.kind === 'call' ? 'tool_calls' : 'stop';
}

function deltasOf(form: ReplyForm, said: Said): readonly object[] {
  if (form === 'native' && said.kind === 'call') {
    return [{ tool_calls: [{ index: 0, ...toolCall(said.step) }] }];
  }
  if (said.kind === 'call') return [{ content: textOf(form, said) }];
  const pieces = Array.from({ length: said.deltas }, (_, place) => answerPiece(place));
  const written = form === 'guided' ? ['{"answer":"', ...pieces, '"}'] : pieces;
  return written.map((content) => ({ content }));
}

function toEvent(chunk: object): Buffer {
  return Buffer.from(`data: ${JSON.stringify(chunk)}\n\n`);
}
