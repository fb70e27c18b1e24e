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
import { readAllowedCalls } from './allowed-answers.ts';
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
  /** The folder with the answers that the leaderboard allows; without it, each case has one answer. */
  readonly answers?: string | undefined;
  readonly count: number;
  readonly seed: number;
  /** Ids of the drawn cases; `undefined` for all. */
  readonly only?: readonly string[] | undefined;
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
 * Sends each case as one input, and judges the calls of the first step with calls. The tools do nothing. A run that fails made no call, and
 * is wrong also if none was expected. Throws `LaneError`.
 */
export async function solveCases(command: CasesCommand): Promise<readonly CaseScore[]> {
  const { file, answers, count, seed, only, baseURL, model: name, apiKey, dialect } = command;
  const drawn = drawCases(await readCases(file), { count, seed });
  const cases = only === undefined ? drawn : drawn.filter(({ id }) => only.includes(id));
  const allowedCalls = answers === undefined ? undefined : await readAllowedCalls(answers);
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
      const allowed = allowedCalls?.get(each.id);
      const right = attempt.error === undefined && isRight({ ...each, allowed }, attempt.calls);
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

/** With more tools, the model may have to search for the right one first. */
const fewTools = 8;

async function solveCase(
  { messages, tools }: CallCase,
  model: Model,
  { maxTokens }: CasesCommand,
): Promise<Pick<CaseScore, 'calls' | 'text' | 'error'>> {
  const calls: CaseCall[] = [];
  let firstTurn: string | undefined;
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
        execute(input, { callId }) {
          const [turn] = callId.split('.');
          firstTurn ??= turn;
          if (turn === firstTurn) calls.push({ name, arguments: input });
          return { ok: true };
        },
      }),
    ),
    settings: { temperature: 0, maxOutputTokens: maxTokens },
    limits: { maxSteps: tools.length > fewTools ? 2 : 1 },
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
