import type { ServerMessage } from './server-message.ts';

/**
 * Messages of servers that refuse the form of a request, although its content is valid. For each there is another form:
 * a model with detection sends the request again in that form, and the cure names the field of a profile that does the same.
 */
export const refusedForms: readonly ServerMessage[] = [
  {
    kind: 'max-tokens-field',
    code: 'model_refused',
    isPermanent: true,
    matches: [
      /max_tokens\b.{0,60}\b(not supported|unsupported|deprecated).{0,120}max_completion_tokens/,
      /use ['"`]?max_completion_tokens/,
      /unsupported parameter:? ['"`]?max_tokens\b/,
    ],
    cure: "This server has another name for the limit of output tokens: set `maxTokensField: 'max_completion_tokens'` in the profile.",
  },
  {
    kind: 'tool-streaming',
    code: 'model_refused',
    isPermanent: true,
    matches: [
      /cannot use tools with stream/,
      /stream(ing)?\b.{0,40}\bnot (currently |yet )?(supported|allowed|possible|available|implemented)\b.{0,40}\b(tool|function)/,
      /\b(tool|function)s?\b.{0,60}\bnot (currently |yet )?(supported|allowed|possible|available|implemented)\b.{0,40}\bstream/,
      /\b(tool|function)s?\b.{0,40}\bstream(ing|ed)?\b.{0,20}\b(not|un)[ -]?(supported|allowed|possible|available|implemented)/,
      /not support (tool|function)s?( calls?| calling| use)? (with|when|while|in|and|during) (a )?stream/,
      /not support stream(ing)? (with|of|when|while|and|for) (using )?(tool|function)/,
      /disable stream(ing)? (to|when|if|for|with).{0,20}\b(tool|function)/,
    ],
    cure: 'This server cannot stream the reply to a request with tools: set `toolStreaming: false` in the profile.',
  },
  {
    kind: 'several-calls',
    code: 'model_refused',
    isPermanent: true,
    matches: [
      /only supports? (a )?(single|one) (tool|function)[ -]?calls?/,
      /(single|one) (tool|function)[ -]?call (at|per|in)\b/,
      /only (a )?(single|one) (tool|function)[ -]?call/,
      /(multiple|parallel|several|more than one) (tool|function)[ _-]?calls?\b.{0,60}\bnot\b.{0,20}(supported|allowed|permitted|implemented)/,
      /not support (multiple|parallel|several|more than one) (tool|function)[ _-]?calls?/,
      /not support parallel_tool_calls/,
      /(tool|function)_?calls?\b.{0,40}\bat most (1|one)\b/,
      /\bat most (a |1|one)( single)? (tool|function)[ _-]?calls?\b/,
    ],
    cure: "This server accepts one tool call per message: set `turns: { calls: 'unrolled' }` in the profile.",
  },
  {
    kind: 'tool-name',
    code: 'model_refused',
    isPermanent: true,
    matches: [
      /function_?response\.name\b/,
      /\btool (message|result|response|role)s?\b.{0,40}\bname\b.{0,30}\b(required|missing|empty|must|cannot|should)\b/,
      /\btool (message|result|response|role)s?\b.{0,60}\b(must|should|requires?|needs?|missing|without|no)\b.{0,30}\bname\b/,
      /\brole['"`:= ]{1,4}tool\b.{0,60}\bname\b/,
      /\bname\b.{0,60}\brole['"`:= ]{1,4}tool\b/,
      /\bname\b.{0,40}\b(required|missing|must be)\b.{0,60}\btool (message|result|response|role)/,
      /\bmissing.{0,20}\bname\b.{0,40}\btool (message|result|response|role)/,
      /messages\.\d+\.(tool\.)?name\b/,
    ],
    cure: 'This server needs the name of the tool in its result: set `toolResultName: true` in the profile.',
  },
  {
    kind: 'empty-content',
    code: 'model_refused',
    isPermanent: true,
    matches: [
      'content type: <nil>',
      // Python, of a template or a server that expects a text.
      /\bnot "?nonetype"?\) to str|'nonetype' object (has no attribute|is not iterable)/,
      /\bnot of type ['"]?string\b.{0,40}\bcontent\b/,
      /\bcontent\b['"`]?.{0,80}\b(null|none|nil|nonetype|undefined)\b/,
      /\b(null|none|nil|nonetype)\b.{0,60}\bcontent\b/,
      /messages\b.{0,40}\bcontent\b.{0,40}\b(valid string|field required|is required|required|missing|must be|should be|expected)\b/,
      /\bcontent\b['"`]?:? (must|should|has to) (not be empty|be a (valid )?string|be (a )?non-?empty)/,
      /\bcontent\b['"`]? (is|was) (a )?(required|missing|empty)/,
      /\bmissing\b.{0,30}\bcontent\b(?!-)/,
      /\bcontent\b['"`]?.{0,20}\b(cannot|can't|can not|must not|may not) be (empty|blank|null)/,
      /\b(empty|blank) content\b/,
    ],
    cure: "This server refuses the content of an assistant message with only calls: set `emptyContent: ''` (or `'null'`) in the profile.",
  },
  {
    kind: 'developer-role',
    code: 'model_refused',
    isPermanent: true,
    matches: [
      'developer instruction is not enabled',
      'system instruction is not enabled',
      /\bsystem['"`]? (role|message|prompt|instruction)s?\b.{0,40}\bnot (be )?(supported|allowed|accepted|enabled|permitted|available)/,
      /\bnot (support|accept|allow|have)( a| the)? ['"`]?system['"`]? (role|message|prompt|instruction)/,
      /\b(invalid|unsupported|unknown|unexpected|unrecognized) (message )?role\b.{0,20}\bsystem\b/,
      /\brole\b.{0,20}['"`]system['"`].{0,40}\b(not supported|not allowed|invalid|unsupported|unknown|not one of)/,
      // A list of roles without "system".
      /\brole\b['"`]?:? (must|should|has to) be (one of:? )?(?!.{0,80}\bsystem\b)[[('"`]*(user|assistant)\b/,
      /\brole\b['"`]?: input should be (?!.{0,80}\bsystem\b)['"`]?(user|assistant)\b/,
      /['"`]?system['"`]? is not (one of|a valid role)/,
      /\bonly (the )?['"`]?user['"`]?(,| and| &) ?(the )?['"`]?(assistant|model)['"`]?( and ['"`]?tool['"`]?)? (role|message|turn)/,
    ],
    cure: "This server does not accept a system message: set `turns: { system: 'in-first-user' }` in the profile, which puts the instructions into the first user message.",
  },
  {
    kind: 'stream-options',
    code: 'model_refused',
    isPermanent: true,
    matches: ['stream options', 'stream_options', 'include_usage'],
    cure: 'This server does not accept `stream_options`: set `streamOptions: false` in the profile, and remove it from `extraBody`.',
  },
  {
    kind: 'streaming-unsupported',
    code: 'model_refused',
    isPermanent: true,
    matches: [
      /\bstream(ing|ed)?\b['"`]?( mode| responses?| output| replies)? (is|are)( currently)? (not|un) ?-?(supported|available|allowed|enabled|implemented|possible)/,
      /\bnot support (the )?['"`]?stream(ing|ed)?\b/,
      /\bunsupported (parameter|value|field):? ['"`]?stream\b/,
      /\bstream['"`]? must be false/,
    ],
    cure: 'This server cannot stream replies: set `streaming: false` in the profile.',
  },
];
