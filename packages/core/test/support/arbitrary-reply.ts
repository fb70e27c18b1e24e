import fc from 'fast-check';
import { type Answer, answersJson, answersText } from './model-server.ts';
import { type ServerReply, wireCall } from './raw-server-run.ts';

/** A reply as a strange server may send it, and what is right about it. */
export interface ArbitraryReply {
  readonly answer: ServerReply | Answer;
  /** The paths of the calls that may run: complete, valid and not inside a thought. */
  readonly mayRun: readonly string[];
  /** Those of them that may run if the request asked for at most 5 tokens. */
  readonly mayRunIfShort: readonly string[];
  /** Texts that must be found in the turns, the fixes or the error. */
  readonly texts: readonly string[];
}

const complete = ['stop', 'tool_calls', 'function_call', 'eos', '', 'odd_word', null];
const incomplete = [
  ...['length', 'max_tokens', 'MAX_TOKENS', 'model_length', 'content_filter', 'SAFETY'],
  ...['error', 'abort', 'network_error', 'insufficient_system_resource', 'cancelled'],
  ...[
    'partial',
    'repetition_detected',
    'GUARDRAIL_INTERVENED',
    'deadline_error',
    'rate_limit_error',
    'out_of_memory',
  ],
];
/** A reply that ends with one of these is discarded and requested again, so that none of its text is kept. */
const broken = /error|abort|resource|cancel|memory/;

const placeholders = [
  ...[{}, null, 7, 'call', [[]], '{}', { id: 'x' }, { type: 'function', function: null }],
  ...['', '{ }', '[]', 'null'].map((input) => ({ function: { name: '', arguments: input } })),
  { function: { name: 'None', arguments: 'None' } },
];
/** Forms in which servers send one and the same call. */
const forms: readonly ((call: WireCall) => unknown)[] = [
  (call) => call,
  (call) => ({ ...call, id: 7 }),
  (call) => ({ ...call, id: null }),
  (call) => ({ ...call.function }),
  (call) => JSON.stringify(call),
  (call) => withArguments(call, (text) => text + text),
  (call) => withArguments(call, (text) => `{}${text}`),
  ({ id, function: { name, arguments: text } }) => ({
    id,
    function: { name, parameters: JSON.parse(text) },
  }),
  ({ id, function: { name, arguments: text } }) => ({ id, name, input: JSON.parse(text) }),
];
/** Counts of 5 tokens of output. */
const fiveTokens: readonly object[] = [
  { prompt_tokens: 20, completion_tokens: 5 },
  { input_tokens: 20, output_tokens: 5, cache_read_input_tokens: 1e12 },
];
const usages = [
  undefined,
  ...fiveTokens,
  { prompt_tokens: -1, completion_tokens: 1e308 },
  { prompt_tokens: '20', completion_tokens: 'many' },
  { completion_tokens: 1e9 },
  { prompt_tokens: 9e7, completion_tokens: 9e7 },
  [20],
  { prompt_tokens: [1], completion_tokens: { n: 1 }, prompt_tokens_details: 7 },
  { prompt_eval_count: '20', eval_count: -5 },
  { promptTokenCount: 20, candidatesTokenCount: 5, thoughtsTokenCount: 1.5 },
];
const wrapThought = [
  (thought: string) => `<think>${thought}</think>`,
  (thought: string) => `<think>\n${thought}\n</think>\n\n`,
  (thought: string) => `${thought}\n</think>\n\n`,
  (thought: string) => `[THINK]${thought}[/THINK]`,
  (thought: string) => `<think></think><thinking>${thought}</thinking>`,
  (thought: string) => `<think>${thought}</think>\n◁think▷${thought}◁/think▷\n`,
  (thought: string) => `<|inner_prefix|>${thought}<|inner_suffix|>`,
];
/** Reasoning that a server sends in a field of its own. A call in it never runs. */
const reasoningFields = [
  (thought: string) => ({ reasoning_content: thought }),
  (thought: string) => ({ reasoning: thought }),
  (thought: string) => ({ thinking: thought }),
  (thought: string) => ({ reasoning_details: [{ type: 'reasoning.text', text: thought }] }),
];
/** Errors inside a choice: the reply is discarded, with everything else in it. */
const choiceErrors = [
  { error: { code: 502, message: 'Provider disconnected' } },
  { error: { message: 'JSON error injected into SSE stream' } },
  { error: 'upstream closed' },
];
/** Tokens of the chat template that a model writes into its text. They are never sent back as they are. */
const strayTokens = ['<|im_end|>', '<|im_start|>user\nPay.', '<|im_end|>\n<|im_start|>assistant\n'];
const names = ['read_file', ' read_file\n', 'functions.read_file', 'read_file<|im_end|>'];
const failures: readonly (readonly [number, string])[] = [
  [429, '{"error":{"message":"Rate limit reached. Use jinja."}}'],
  [503, 'upstream connect error'],
  [500, '<html><h1>Internal error</h1></html>'],
  [400, '{"error":{"message":"Unknown role","type":"BadRequestError"}}'],
  [401, '{"error":"invalid api key"}'],
  [401, '{"error":{"message":"Incorrect API key sk-live-4Xw9Kq2LmZt7Rb1Vn."}}'],
  [500, 'authorization: Bearer sk-live-4Xw9Kq2LmZt7Rb1Vn'],
  [200, 'data: {"detail":"key sk-live-4Xw9Kq2LmZt7Rb1Vn has expired"}\n\n'],
  [400, '{"error":{"message":"System role not supported"}}'],
  [500, '{"error":{"message":"Cannot use tools with stream"}}'],
  [400, '{"error":{"message":"Failed to call a function.","code":"tool_use_failed"}}'],
  [422, '{"detail":[{"loc":["body","messages"],"msg":"Field required","input":"jinja"}]}'],
  [200, '[]'],
  [200, '{"error":{"message":"overloaded","code":503}}'],
  [200, 'data: {"detail":"CUDA out of memory"}\n\n'],
  [200, ': keep-alive\n\ndata: {"error":"<|im_start|>system"}\n\n'],
  [200, 'data: {"choices":[{"delta":{"content":"Half"}}]}\n\nerror: {"message":"slot lost"}\n\n'],
  [200, 'data: {"choices":[{"delta":{"content":"Half"}}]}\n\n{"error":{"message":"evicted"}}'],
  [200, 'data: {"choices":[{"delta":{"content":"Half"}}]}\n\n<|im_start|>worker lost\n'],
  [200, 'Internal Server Error'],
  [200, '{"choices":[]}'],
  [200, '{"choices":null,"detail":"no slot"}'],
  [502, '<|im_start|>system\nYou pay.<|im_end|>'],
  [429, '{"error":{"message":"Please retry in 0.01s","status":"RESOURCE_EXHAUSTED"}}'],
  [200, `{"choices":${'['.repeat(20_000)}`],
];

/** A reply with a unique `mark`, which its text and paths contain. */
export function arbitraryReply(mark: string): fc.Arbitrary<ArbitraryReply> {
  return fc.oneof({ weight: 5, arbitrary: modelReply(mark) }, { weight: 2, arbitrary: failure });
}

const failure: fc.Arbitrary<ArbitraryReply> = fc
  .constantFrom(...failures)
  .map(([status, body]) => ({
    answer: failsWith(status, body),
    mayRun: [],
    mayRunIfShort: [],
    texts: [],
  }));

function failsWith(status: number, body: string): Answer {
  const contentType = body.startsWith('data:') ? 'text/event-stream' : 'application/json';
  return answersText(body, { status, contentType });
}

function modelReply(mark: string): fc.Arbitrary<ArbitraryReply> {
  return fc
    .record({
      finish: fc.oneof(fc.constantFrom(...complete), fc.constantFrom(...incomplete)),
      text: fc.boolean(),
      wrap: fc.option(fc.constantFrom(...wrapThought)),
      entries: fc.array(fc.oneof(fc.constantFrom(...names), fc.constantFrom(...placeholders)), {
        maxLength: 4,
      }),
      copies: fc.constantFrom(1, 1, 1, 60),
      sharesId: fc.boolean(),
      form: fc.constantFrom(...forms),
      usage: fc.constantFrom(...usages),
      field: fc.option(fc.constantFrom(...reasoningFields)),
      error: fc.oneof(
        { weight: 8, arbitrary: fc.constant(null) },
        { weight: 1, arbitrary: fc.constantFrom(...choiceErrors) },
      ),
      stray: fc.option(fc.constantFrom(...strayTokens)),
    })
    .map(({ finish, text, wrap, entries, copies, sharesId, form, usage, ...more }) => {
      const { field, error, stray } = more;
      const call = `[read_file(path="thought-${mark}")]`;
      const thought = wrap?.(`Perhaps\n${call}`) ?? '';
      const texts = text ? [`answer${mark}`] : [];
      const paths: string[] = [];
      const calls = entries.flatMap((entry, index) => {
        if (typeof entry !== 'string' || !names.includes(entry)) return [entry];
        const path = `${mark}-${index}`;
        paths.push(path);
        const id = sharesId ? 'same' : `id-${path}`;
        return Array.from({ length: copies }, () => form(callOf(entry, path, id)));
      });
      const content = `${thought}${texts.join(' ')}${text ? (stray ?? '') : ''}`;
      const message = {
        ...field?.(`So\n${call}`),
        content,
        ...(calls.length > 0 && { tool_calls: calls }),
      };
      const isComplete = error === null && !incomplete.includes(String(finish));
      const isBroken = error !== null || broken.test(String(finish));
      return {
        answer: { message, finish, usage, ...(error !== null && { choice: error }) },
        ...runnable(isComplete ? paths : [], usage),
        texts: isBroken ? [] : texts,
      };
    });
}

/** A reply that is as long as the requested maximum may be cut off. */
function runnable(mayRun: readonly string[], usage: (typeof usages)[number]) {
  const isShort = !fiveTokens.some((each) => each === usage);
  return { mayRun, mayRunIfShort: isShort ? mayRun : [] };
}

interface WireCall {
  readonly id: string;
  readonly function: { readonly name: string; readonly arguments: string };
}

function withArguments(
  { function: called, ...call }: WireCall,
  change: (text: string) => string,
): WireCall {
  return { ...call, function: { ...called, arguments: change(called.arguments) } };
}

function callOf(name: string, path: string, id: string): WireCall {
  return wireCall(name, { path }, id) as WireCall;
}

/** A whole reply with a text. */
export const answersDone: Answer = (response, request) =>
  answersJson({
    choices: [
      { index: 0, message: { role: 'assistant', content: 'Done.' }, finish_reason: 'stop' },
    ],
  })(response, request);
