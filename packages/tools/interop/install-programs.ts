import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const folder = join(import.meta.dirname, '../../../node_modules/.cache/mcp');

const versions = {
  '@modelcontextprotocol/conformance': '0.2.0-alpha.12',
  '@modelcontextprotocol/inspector': '2.12.0',
  '@modelcontextprotocol/server-everything': 'latest',
  '@modelcontextprotocol/server-filesystem': 'latest',
};

/** The programs by the last part of their package's name. */
export type Programs = (name: string) => string;

/** Installs the public programs, unless they are there, and returns the path of each one's main file. */
export async function installPrograms(): Promise<Programs> {
  const given = { private: true, dependencies: versions };
  const manifest = join(folder, 'package.json');
  const text = JSON.stringify(given);
  if (!existsSync(manifest) || readFileSync(manifest, 'utf8') !== text) {
    mkdirSync(folder, { recursive: true });
    writeFileSync(manifest, text);
    execFileSync('npm', ['install', '--silent', '--no-save'], { cwd: folder, stdio: 'inherit' });
  }
  return (name) => {
    const own = join(folder, 'node_modules/@modelcontextprotocol', name, 'package.json');
    const { bin } = JSON.parse(readFileSync(own, 'utf8')) as { bin: Record<string, string> };
    return join(dirname(own), Object.values(bin)[0] ?? '');
  };
}
