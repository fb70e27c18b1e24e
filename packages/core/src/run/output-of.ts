import { OutputInvalidError } from '../errors.ts';
import { describeIssue } from '../schema/describe-issues.ts';
import type { OutputSpec } from './output-spec.ts';
import { readAnswer } from './read-answer.ts';
import type { Run } from './run-setup.ts';

/** What a run gives out: its answer’s text, or what the output schema read it as. A promise where it has to be read again, which rejects with `output_invalid`. */
export function outputOf<Context>({ setup, state }: Run<Context>, text: string): unknown {
  if (setup.output === undefined) return text;
  if (state.output !== undefined) return state.output.value;
  // A finished run that was saved and is resumed has its answer as text only.
  return readOutput(setup.output, text);
}

async function readOutput<Context>(
  { schema }: OutputSpec<Context>,
  text: string,
): Promise<unknown> {
  const read = await readAnswer(text, schema);
  if (read.ok) return read.value;
  throw new OutputInvalidError(1, text, read.issues.map(describeIssue));
}
