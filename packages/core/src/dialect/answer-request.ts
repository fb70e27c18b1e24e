import type { JsonObject } from '../json.ts';
import type { ModelProfile } from '../profile/model-profile.ts';
import { rewriteForConstraint } from '../schema/rewrite-for-constraint.ts';
import type { AnswerPrompt } from './dialect.ts';
import { joinParagraphs } from './join-paragraphs.ts';
import { refusedKeywordsOf } from './refused-keywords.ts';
import type { WireResponseFormat } from './wire.ts';

/** Added to the instructions if tools were called before and this request offers none. */
const answerNow = 'Answer the user now, from what you know. No tools are available.';

/** The instructions of an answer request. They describe the output schema if the server cannot enforce it. */
export function answerInstructions(
  { instructions, turns, output }: AnswerPrompt,
  { structuredOutput }: ModelProfile,
): string {
  const hasCalls = turns.some((turn) => turn.role === 'tool');
  const needsSchema = output !== undefined && structuredOutput !== 'json_schema';
  return joinParagraphs(
    instructions,
    hasCalls ? answerNow : '',
    needsSchema ? describeSchema(output.schema) : '',
  );
}

/** The `response_format` of an answer request; `undefined` if it has no schema or only the instructions can describe it. */
export function answerFormat(
  { output }: AnswerPrompt,
  profile: ModelProfile,
): WireResponseFormat | undefined {
  if (output === undefined || profile.structuredOutput === 'prompted') return undefined;
  if (profile.structuredOutput === 'json_object') return { type: 'json_object' };
  const schema = rewriteForConstraint(output.schema, refusedKeywordsOf(profile));
  return schemaFormat(output.name, schema);
}

/** The `response_format` that makes the server enforce a schema. */
export function schemaFormat(name: string, schema: JsonObject): WireResponseFormat {
  return { type: 'json_schema', json_schema: { name, schema, strict: true } };
}

function describeSchema(schema: JsonObject): string {
  return `Answer only with JSON that matches this JSON Schema:\n${JSON.stringify(schema)}`;
}
