import { schemaFormat } from '../dialect/answer-request.ts';
import type { RawReply } from '../dialect/wire.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../json.ts';
import { asks, type Exchange, fullReplyTokens, judge, shortenForTable } from './exchange.ts';
import { type Finding, no, unclear, yes } from './measurement.ts';
import { tinyPng } from './tiny-png.ts';

/** Whether replies, whole or streamed, report their usage. */
export async function measureUsage(
  exchange: Exchange,
  options: { readonly stream: boolean },
): Promise<Finding> {
  const outcome = await exchange({ messages: [asks('Hi.')] }, options);
  return judge(outcome, ({ usage }) =>
    usage === undefined ? no('no usage') : yes(`${usage.inputTokens} tokens in`),
  );
}

/** Whether the server enforces a schema, with a schema that no model would match by chance. */
export async function measureJsonSchema(exchange: Exchange): Promise<Finding> {
  const schema: JsonObject = {
    type: 'object',
    properties: { colour_of_the_probe: { type: 'string', enum: ['ultramarine'] } },
    required: ['colour_of_the_probe'],
    additionalProperties: false,
  };
  const outcome = await exchange({
    messages: [asks('Say hello.')],
    response_format: schemaFormat('probe', schema),
    max_tokens: fullReplyTokens,
  });
  return judge(outcome, (reply) => {
    const value = readObject(reply);
    if (value?.colour_of_the_probe === 'ultramarine') return yes('enforced');
    return wasCut(reply) ?? no(`not enforced: ${shortenForTable(reply.text)}`);
  });
}

/** Whether the server accepts the schema keywords that xgrammar refuses (vLLM backend_xgrammar.py). */
export async function measureKeywords(exchange: Exchange): Promise<Finding> {
  const schema: JsonObject = {
    type: 'object',
    properties: {
      n: { type: 'integer', multipleOf: 5, minimum: 0, maximum: 10 },
      words: { type: 'array', items: { type: 'string' }, uniqueItems: true, maxItems: 2 },
    },
    required: ['n', 'words'],
  };
  const outcome = await exchange({
    messages: [asks('Say hello.')],
    response_format: schemaFormat('probe', schema),
  });
  return judge(outcome, () => yes('accepted'));
}

/** Whether the server can enforce that a reply is JSON, without a schema. */
export async function measureJsonObject(exchange: Exchange): Promise<Finding> {
  const outcome = await exchange({
    messages: [asks('Say hello, as a JSON object with the key "greeting".')],
    response_format: { type: 'json_object' },
    max_tokens: fullReplyTokens,
  });
  return judge(outcome, (reply) => {
    if (readObject(reply) !== undefined) return yes('the reply is JSON');
    return wasCut(reply) ?? no(`the reply is not JSON: ${shortenForTable(reply.text)}`);
  });
}

/** Whether images are accepted and reach the model: an image must make the prompt longer. `tokens` is by how much. */
export async function measureImages(
  exchange: Exchange,
): Promise<{ readonly finding: Finding; readonly tokens?: number }> {
  const text = 'What colour is this?';
  const url = tinyPng(32);
  const without = await exchange({ messages: [asks(text)] });
  const outcome = await exchange({
    messages: [
      {
        role: 'user',
        content: [
          { type: 'text', text },
          { type: 'image_url', image_url: { url } },
        ],
      },
    ],
  });
  if (!outcome.isReply) return { finding: outcome.finding };
  const before = without.isReply ? without.reply.usage : undefined;
  const { usage } = outcome.reply;
  if (before === undefined || usage === undefined) return { finding: yes('accepted') };
  const tokens = usage.inputTokens - before.inputTokens;
  if (tokens <= 0) {
    return { finding: no('ignored: the prompt has no additional tokens') };
  }
  return { finding: yes(`${tokens} tokens for an image of 32 pixels`), tokens };
}

function wasCut({ finishReason, text }: RawReply): Finding | undefined {
  return finishReason === 'length'
    ? unclear(`cut at the limit: ${shortenForTable(text)}`)
    : undefined;
}

function readObject({ text }: RawReply): JsonObject | undefined {
  try {
    const value: JsonValue = JSON.parse(text);
    return isJsonObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
