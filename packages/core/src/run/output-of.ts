import { OutputInvalidError } from '../errors.ts';
import { describeIssue } from '../schema/describe-issues.ts';
import { readAnswer } from './read-answer.ts';
import type { Run } from './run-setup.ts';

/** What a run gives out: its answer's text, or what the output schema read it as. Throws `output_invalid`. */
export async function outputOf<Context>(
  { setup, state }: Run<Context>,
  text: string,
): Promise<unknown> {
  if (setup.output === undefined) return text;
  if (state.output !== undefined) return state.output.value;
  // A finished run that was saved and is resumed has its answer as text only.
  const read = await readAnswer(text, setup.output.schema);
  if (read.ok) return read.value;
  throw new OutputInvalidError(1, text, read.issues.map(describeIssue));
}
