import type { Meaning } from './meaning-of-status.ts';

/** Fields of a request that some servers do not know. Without them a request has the same meaning, or nearly. */
const optionalFields = ['temperature', 'top_p', 'seed', 'stop', 'tool_choice'];

const name = '[\'"`]?([a-z_]+)[\'"`]?';

/** How servers report a field that they do not know. */
const patterns: readonly RegExp[] = [
  new RegExp(`unsupported (?:request )?(?:parameter|value|field|argument|option)s?:? ${name}`),
  new RegExp(
    `unrecognized (?:request )?(?:parameter|field|argument|key)s?(?: supplied)?:? ${name}`,
  ),
  new RegExp(`unknown (?:parameter|field|argument|name|key)s?:? ${name}`),
  new RegExp(`(?:parameter|property|field|argument) ${name} (?:is|was) (?:not|un|unexpected)`),
  new RegExp(`not support (?:the )?(?:parameter |field )?${name}(?: parameter| field| option)?`),
  /['"`]([a-z_]+)['"`] (?:was unexpected|(?:is|are) (?:not|un)|does not support)/,
  /\bbody\.([a-z_]+): extra inputs are not permitted/,
  /\b([a-z_]+) (?:parameter )?is (?:not supported|unsupported|not allowed|not permitted)/,
  /\b([a-z_]+): (?:extra inputs are not permitted|extra fields not permitted|unknown field)/,
];

/** The optional field of a request that a server refused by its name; `undefined` if the message does not name one. */
export function findRefusedField(message: string): string | undefined {
  const text = message.slice(0, 4000).toLowerCase();
  const found = patterns.flatMap((pattern) => pattern.exec(text)?.[1] ?? []);
  return found.find((field) => optionalFields.includes(field));
}

/** What it means that a server refused an optional field. */
export function meaningOfField(field: string): Meaning {
  return {
    code: 'model_refused',
    kind: 'field-unsupported',
    cure: `This server does not accept \`${field}\`: remove it from \`settings\` and \`extraBody\`, or set \`omittedFields: ['${field}']\` in the profile.`,
  };
}
