import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type InstalledNode, variablesOf } from './install-nodes.ts';
import { endCommand, type Place, runCommand, startCommand } from './run-command.ts';

/** A template, the Node that it is tried with, and the folder of the packed packages. */
export interface TemplateTrial {
  readonly template: string;
  readonly node: InstalledNode;
  readonly packed: string;
  /** The tarball of create-turnwise. */
  readonly creator: string;
}

/**
 * Creates a project as a new user does (`npm create turnwise`, `npm install`, `npm start`) and waits for its first answer. No model
 * is configured, so the embedded endpoint answers. Returns the seconds to the answer. Then it checks the types of the project.
 * Rejects if a command fails, or if the answer is not about the order in the question.
 */
export async function tryTemplate({ template, node, packed, creator }: TemplateTrial) {
  const parent = mkdtempSync(join(tmpdir(), 'turnwise-template-'));
  const variables = variablesOf(node);
  const place: Place = { folder: join(parent, 'my-agent'), variables };
  const began = Date.now();
  try {
    const create = ['create-turnwise', 'my-agent', '--template', template, '--from', packed];
    await npm(['exec', '--yes', `--package=${creator}`, '--', ...create], {
      folder: parent,
      variables,
    });
    await npm(['install', '--no-audit', '--no-fund', '--prefer-offline'], place);
    const answer = await (starts[template] ?? startTests)(place);
    const seconds = Math.round((Date.now() - began) / 100) / 10;
    if (!/delivered|pass 3/.test(answer)) throw new Error(`No answer about the order:\n${answer}`);
    await npm(['run', 'typecheck'], place);
    return seconds;
  } finally {
    rmSync(parent, { recursive: true, force: true });
  }
}

const question = 'What is the status of order A-2?';

/** How the first answer of a template is read. */
const starts: Readonly<Record<string, (place: Place) => Promise<string>>> = {
  terminal: (place) => npm(['start', '--', question], place),
  'web-service': askService,
  tests: startTests,
};

function startTests(place: Place): Promise<string> {
  return npm(['test'], place);
}

async function askService({ folder, variables }: Place): Promise<string> {
  const port = await findFreePort();
  const place = { folder, variables: { ...variables, PORT: String(port) } };
  const service = startCommand('npm', ['start'], place);
  try {
    await untilPrinted(service, `localhost:${port}`);
    const url = `http://localhost:${port}/sessions/1`;
    const response = await fetch(url, { method: 'POST', body: question });
    return await response.text();
  } finally {
    endCommand(service);
  }
}

/** Waits until a program has printed a text. Rejects if it ends before. */
async function untilPrinted(program: ChildProcess, text: string): Promise<void> {
  let printed = '';
  await new Promise<void>((resolve, reject) => {
    for (const stream of [program.stdout, program.stderr]) {
      stream?.on('data', (part) => {
        printed += String(part);
        if (printed.includes(text)) resolve();
      });
    }
    program.on('close', () => reject(new Error(`The service ended:\n${printed}`)));
  });
}

async function findFreePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('The server has no port.');
  return address.port;
}

function npm(values: readonly string[], place: Place): Promise<string> {
  return runCommand('npm', values, place);
}
