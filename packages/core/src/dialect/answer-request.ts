import type { JsonObject } from '../json.ts';
import type { ModelProfile } from '../profile/model-profile.ts';
import { rewriteForConstraint } from '../schema/constraint/rewrite-for-constraint.ts';
import type { AnswerPrompt } from './dialect.ts';
import { joinParagraphs } from './join-paragraphs.ts';
import { refusedKeywordsOf } from './refused-keywords.ts';
import type { WireResponseFormat } from './wire.ts';

/** The end of an answer request if tools were called before, or if the prompt still lists them. */
const answerNow = 'Answer the user now, from what you know. No tools are available.';

/** The reminder of an answer request. It describes the output schema if the server cannot enforce it. */
export function answerReminder(prompt: AnswerPrompt, { structuredOutput }: ModelProfile): string {
  const { reminder = '', turns, output } = prompt;
  const hasCalls = turns.some((turn) => turn.role === 'tool');
  const needsSchema = output !== undefined && structuredOutput !== 'json_schema';
  return joinParagraphs(
    hasCalls || listsTools(prompt) ? answerNow : '',
    needsSchema ? describeSchema(output.schema) : '',
    reminder,
  );
}

/** Whether the instructions of an answer request list the tools, as those of the requests before. */
export function listsTools({ keepsToolText = false, withheldTools }: AnswerPrompt): boolean {
  return keepsToolText && withheldTools.length > 0;
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
