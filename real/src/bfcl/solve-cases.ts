import {
  Agent,
  type DialectName,
  jsonSchema,
  type Model,
  openaiCompatible,
  TurnwiseError,
  tool,
} from '@turnwise/core';
import { report } from '../setup/report.ts';
import { startCountingProxy } from '../solve/counting-proxy.ts';
import { addCounts, type Counts, noCounts } from '../solve/counts.ts';
import { type CallCase, type CaseCall, readCases } from './call-case.ts';
import { type CaseKind, caseKinds, drawCases, kindOf } from './draw-cases.ts';
import { isRight } from './judge-calls.ts';

/** Which cases, on which server. */
export interface CasesCommand {
  readonly baseURL: string;
  readonly model: string;
  readonly apiKey: string;
  readonly maxTokens: number;
  readonly file: string;
  readonly count: number;
  readonly seed: number;
  /** `undefined` for Turnwise as it comes. */
  readonly dialect?: DialectName;
}

/** What the model called in one case. */
export interface CaseScore {
  readonly id: string;
  readonly kind: CaseKind | undefined;
  readonly isRight: boolean;
  readonly calls: readonly CaseCall[];
  /** The code of the error, if the run failed. */
  readonly error?: string;
  readonly text: string;
  readonly counts: Counts;
}

/**
 * Sends each case as one input, and judges the calls of the first step. The tools do nothing. A run that fails made no call, and
 * is wrong also if none was expected. Throws `LaneError`.
 */
export async function solveCases(command: CasesCommand): Promise<readonly CaseScore[]> {
  const { file, count, seed, baseURL, model: name, apiKey, dialect } = command;
  const cases = drawCases(await readCases(file), { count, seed });
  const proxy = await startCountingProxy(baseURL);
  try {
    const model = openaiCompatible({
      baseURL: proxy.url,
      model: name,
      apiKey,
      ...(dialect === undefined ? {} : { dialect }),
    });
    const scores: CaseScore[] = [];
    for (const each of cases) {
      const attempt = await solveCase(each, model, command);
      const right = attempt.error === undefined && isRight(each, attempt.calls);
      const kind = kindOf(each);
      scores.push({ id: each.id, kind, isRight: right, ...attempt, counts: proxy.takeCounts() });
      const made = attempt.calls.map((call) => `${call.name}(${JSON.stringify(call.arguments)})`);
      const ending = attempt.error ?? attempt.text.replace(/\s+/g, ' ').slice(0, 100);
      report(`${each.id} · ${right ? 'right' : 'wrong'} · ${made.join(' ')} · ${ending}`);
    }
    return scores;
  } finally {
    await proxy.close();
  }
}

async function solveCase(
  { messages, tools }: CallCase,
  model: Model,
  { maxTokens }: CasesCommand,
): Promise<Pick<CaseScore, 'calls' | 'text' | 'error'>> {
  const calls: CaseCall[] = [];
  const textsOf = (role: string) =>
    messages.filter((each) => each.role === role).map(({ content }) => content);
  const agent = new Agent({
    name: 'case',
    instructions: textsOf('system').join('\n\n'),
    model,
    tools: tools.map(({ function: { name, description = '', parameters } }) =>
      tool({
        name,
        description,
        parameters: jsonSchema<CaseCall['arguments']>(parameters),
        execute(input) {
          calls.push({ name, arguments: input });
          return { ok: true };
        },
      }),
    ),
    settings: { temperature: 0, maxOutputTokens: maxTokens },
    limits: { maxSteps: 1 },
  });
  try {
    const result = await agent.run(textsOf('user').join('\n\n'));
    return { calls, text: result.status === 'completed' ? result.text : '' };
  } catch (thrown) {
    if (!(thrown instanceof TurnwiseError)) throw thrown;
    return { calls, text: thrown.message, error: thrown.code };
  }
}

/** A Markdown table with a row for each kind. */
export function formatCaseScores(scores: readonly CaseScore[]): string {
  const rows = caseKinds.map((kind) => {
    const own = scores.filter((score) => score.kind === kind);
    const errors = own.filter(({ error }) => error !== undefined).length;
    const right = own.filter((score) => score.isRight).length;
    const { requests, tokensIn, tokensOut } = own.reduce(
      (sum, { counts }) => addCounts(sum, counts),
      noCounts,
    );
    const cells = [kind, `${right} of ${own.length}`, errors, requests, tokensIn, tokensOut];
    return `| ${cells.join(' | ')} |`;
  });
  return [
    '| cases | right | named errors | requests | tokens in | out |',
    '| --- | --- | --- | --- | --- | --- |',
    ...rows,
  ].join('\n');
}
