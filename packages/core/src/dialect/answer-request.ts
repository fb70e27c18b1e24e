import type { JsonObject } from '../json.ts';
import type { ModelProfile } from '../profile/model-profile.ts';
import { rewriteForConstraint } from '../schema/rewrite-for-constraint.ts';
import type { AnswerPrompt } from './dialect.ts';
import { joinParagraphs } from './join-paragraphs.ts';
import { refusedKeywordsOf } from './refused-keywords.ts';
import type { WireResponseFormat } from './wire.ts';

/** Said on top of the instructions when an answer is wanted after tools were called, and tools are not offered. */
const answerNow = 'Answer the user now, from what you know. No tools are available.';

/** The instructions of a request for an answer: they ask for it, and say its shape where the server cannot hold to one. */
export function answerInstructions(
  { instructions, turns, output }: AnswerPrompt,
  { structuredOutput }: ModelProfile,
): string {
  const hasCalls = turns.some((turn) => turn.role === 'tool');
  const needsSchema = output !== undefined && structuredOutput !== 'json_schema';
  return joinParagraphs(
    instructions,
    hasCalls ? answerNow : '',
    needsSchema ? formatShape(output.schema) : '',
  );
}

/** The format that an answer of a given shape is asked for in; `undefined` where only words can ask for it. */
export function answerFormat(
  { output }: AnswerPrompt,
  profile: ModelProfile,
): WireResponseFormat | undefined {
  if (output === undefined || profile.structuredOutput === 'prompted') return undefined;
  if (profile.structuredOutput === 'json_object') return { type: 'json_object' };
  const schema = rewriteForConstraint(output.schema, refusedKeywordsOf(profile));
  return schemaFormat(output.name, schema);
}

/** A reply that must fit a schema. */
export function schemaFormat(name: string, schema: JsonObject): WireResponseFormat {
  return { type: 'json_schema', json_schema: { name, schema, strict: true } };
}

function formatShape(schema: JsonObject): string {
  return `Answer with nothing but JSON that fits this JSON Schema:\n${JSON.stringify(schema)}`;
}
