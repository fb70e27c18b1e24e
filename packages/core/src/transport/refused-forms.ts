import { sentenceWith } from './sentence-with.ts';
import type { ServerMessage } from './server-message.ts';

/** How a server objects to something. */
const refused =
  /\b(?:not|un)[ -]?(?:(?:yet|currently|be|been|fully) )*(?:supported|available|allowed|enabled|implemented|possible|permitted|accepted)\b|\bnot (?:support|accept|allow|have)\b|\bdisabled\b/;
const objects = new RegExp(
  `${refused.source}|\\b(?:not|no|cannot|only|must|without|incompatible|exclusive|disable|false|off)\\b`,
);

const stream = /\bstream(?:ing|ed)?\b/;
const tools = /\b(?:tool|function)(?:s|_|\b)/;
/** How a server names a role that it does not know, before the role. */
const unknownRole =
  /\b(?:unknown|invalid|unsupported|unexpected|unrecognized|not supported(?: yet)?|received|got)(?: (?:message|value|variant|role))*:? ['"`]?/;
const calls = /\b(?:tool|function)[ _-]?(?:calls?|calling|uses?)\b/;
const missing =
  /\b(?:missing|requires?|required|undefined|empty|blank|has no|needs?)\b|\bmust (?:have|include)\b/;
const absent = /\b(?:null|none|nil|nonetype)\b/;

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
    kind: 'stream-options',
    code: 'model_refused',
    isPermanent: true,
    matches: [/stream[ _-]?options/, 'include_usage'],
    cure: 'This server does not accept `stream_options`: set `streamOptions: false` in the profile, and remove it from `extraBody`.',
  },
  {
    kind: 'streaming-required',
    code: 'model_refused',
    isPermanent: true,
    matches: [
      /\b(?:only|just) (?:be )?(?:supports?|supported|available|accepts?|allows?|used|called|works?)\b.{0,30}(?<!non-)\bstream(?!.{0,12}\b(?:false|off)\b)/,
      /\b(?:requires?|needs?|must (?:use|enable|set)|please (?:use|enable|set))\b.{0,20}\bstream(?:ing|ed)?\b(?!.{0,12}\b(?:false|off)\b)/,
      /\bstream(?:ing|ed)?['"`]?(?: mode| parameter)? (?:is required|is mandatory|must be (?:set to )?(?:true|enabled))/,
      /\bnon-stream(?:ing|ed)?\b.{0,40}\bnot (?:supported|allowed|available)|\bfalse for non-stream/,
    ],
    cure: 'This server only streams replies: set `alwaysStreams: true` in the profile.',
  },
  {
    kind: 'tool-streaming',
    code: 'model_refused',
    isPermanent: true,
    matches: [
      sentenceWith({ all: [stream, tools, objects] }),
      sentenceWith({ all: [/\bonly\b.*\bnon-stream/, tools] }),
    ],
    cure: 'This server cannot stream the reply to a request with tools: set `toolStreaming: false` in the profile.',
  },
  {
    kind: 'several-calls',
    code: 'model_refused',
    isPermanent: true,
    matches: [
      sentenceWith({
        all: [
          /\b(?:multiple|parallel|several|concurrent|simultaneous|more than (?:one|a single))\b|\bparallel_/,
          calls,
          refused,
        ],
      }),
      sentenceWith({
        all: [
          /\b(?:only (?:supports? )?(?:a |one|1)|at most (?:a|one|1)|exactly (?:one|1)|maximum (?:length|number)? ?(?:of )?(?:one|1)|(?:more|greater) than (?:one|1)|(?:one|single) (?:tool|function)|array too long)\b/,
          calls,
        ],
      }),
      // Google and Mistral, if the results of several calls are messages of their own.
      /\bnumber of function (?:calls?|responses?)\b/,
      /\btoo many (?:tool|function)[ _-]calls in (?:a|one|the|this|each)? ?(?:single )?(?:message|turn|reply)\b/,
    ],
    cure: "This server accepts one tool call per message: set `turns: { calls: 'unrolled' }` in the profile.",
  },
  {
    kind: 'tool-name',
    code: 'model_refused',
    isPermanent: true,
    matches: [
      /\bfunction[ _]?response[. _]name\b/,
      sentenceWith({
        all: [
          /\bname\b/,
          missing,
          /\bmessages?\b|\btool (?:result|response|role)s?\b|toolmessage|\brole\b/,
        ],
        none: /\btool_?calls?\b/,
      }),
      // Jinja.
      /['"`]name['"`] is undefined|\bno attribute ['"`]name['"`]|\bkeyerror:? ['"`]name['"`]/,
      /messages\.\d+\.(?:tool\.)?name\b/,
    ],
    cure: 'This server needs the name of the tool in its result: set `toolResultName: true` in the profile.',
  },
  {
    kind: 'empty-content',
    code: 'model_refused',
    isPermanent: true,
    matches: [
      'content type: <nil>',
      'must have a text parameter',
      // LM Studio.
      "invalid 'messages' in payload",
      // JavaScript.
      /\bcannot read propert(?:y|ies) .{0,30}\bof null\b|\bnull is not an object\b/,
      /\bmessages\.\d+\.content: invalid input\b/,
      sentenceWith({
        all: [
          /(?:\b|message)content\b(?![- ](?:type|path|filter|policy))/,
          new RegExp(
            `${missing.source}|${absent.source}|\\b(?:undefined|non-?empty|expected|variant|(?:must|should|has to) (?:not )?be|a (?:valid )?string|type string)\\b`,
          ),
        ],
        none: /\b(?:image|audio|video)/,
      }),
      sentenceWith({
        all: [
          absent,
          /\b(?:str|string|type|len|length|iterable|iterate|concatenate|expected)\b|\bno attribute ['"`](?:\w*strip|split|replace|startswith|endswith|lower|encode|join|find|format|get)\b/,
        ],
        none: /\b(?:schema|parameter|propert|enum)/,
      }),
    ],
    cure: "This server refuses the content of an assistant message with only calls: set `emptyContent: ''` (or `'null'`) in the profile.",
  },
  {
    kind: 'developer-role',
    code: 'model_refused',
    isPermanent: true,
    matches: [
      sentenceWith({
        all: [/\b(?:system|developer)['"`]?[ -](?:role|message|prompt|instruction)s?\b/, refused],
      }),
      new RegExp(`${unknownRole.source}system\\b`),
      sentenceWith({ all: [/\brole:? ['"`]?(?:system|developer)\b/, refused] }),
      /\brole\b.{0,20}['"`]system['"`].{0,40}\b(?:not supported|not allowed|invalid|unsupported|unknown|not one of)/,
      /\bnot (?:support|accept|allow) (?:a |the )?['"`]?system\b/,
      // A list of roles without "system".
      /\brole\b['"`]?:? (?:must|should|has to) be (?:one of:? )?(?!.{0,80}\bsystem\b)[[('"`]*(?:user|assistant)\b/,
      /\brole\b['"`]?: input should be (?!.{0,80}\bsystem\b)['"`]?(?:user|assistant)\b/,
      /['"`]?system['"`]? is not (?:one of|a valid role)/,
      /\bonly (?:the )?['"`]?user['"`]?(?:,| and| &) ?(?:the )?['"`]?(?:assistant|model)['"`]?(?: and ['"`]?tool['"`]?)? (?:role|message|turn)/,
      /\bvalid roles?: ['"`]?user\b/,
      /\b(?:first message|message with odd index)\b.{0,40}\buser\b/,
      /\bstart with an? ['"`]?user\b/,
    ],
    cure: "This server does not accept a system message: set `turns: { system: 'in-first-user' }` in the profile, which puts the instructions into the first user message.",
  },
  {
    kind: 'streaming-unsupported',
    code: 'model_refused',
    isPermanent: true,
    matches: [
      sentenceWith({ all: [stream, refused] }),
      /\bunsupported (?:parameter|value|field):? ['"`]?stream\b/,
      /\bstream['"`]? must be false/,
      /\b(?:verified to|cannot) stream\b/,
    ],
    cure: 'This server cannot stream replies: set `streaming: false` in the profile.',
  },
];

/** Messages of servers that know no tool messages. */
export const refusedToolRole: readonly RegExp[] = [
  new RegExp(
    `\\brole.*${unknownRole.source}tool\\b|${unknownRole.source}tool['"\`]?.{0,20}\\brole`,
  ),
  /\b(?:unknown|invalid|unsupported|unexpected|unrecognized) (?:message )?role:? ['"`]?tool\b/,
  /['"`]tool['"`] is not (?:one of|a valid role)/,
  /\b[1-9]\d*\.role['"`]?: input should be (?!.{0,80}\btool\b)/,
  /\bonly (?:the )?['"`]?(?:system|user)\b(?!.{0,60}\btool\b).{0,60}\broles\b/,
  sentenceWith({ all: [/\btool['"`]? (?:role|message)s?\b|\brole ['"`]tool\b/, refused] }),
];

/** Messages of servers that know no tools, in any words. */
export const refusedTools: readonly RegExp[] = [
  sentenceWith({
    all: [/\b(?:tools|tool us(?:e|age)|(?:tool|function)[ -]?call(?:s|ing)?)\b/, refused],
    none: /\b(?:schema|keyword|pattern|parameter ['"`]|type)/,
  }),
  /\b(?:unknown|unrecognized|unsupported|unexpected)\b[^.;]{0,40}[ '"`]tools\b(?![[.])/,
];
