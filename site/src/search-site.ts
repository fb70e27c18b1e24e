import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize } from 'node:path';
import { chromium } from 'playwright-core';

/**
 * Opens the built site in Chromium, searches it, and opens a page that was found. A browser does not load modules from `file:`, so a
 * small server sends the files. Ends with exit code 1 and the reason if a step fails.
 */
const built = join(import.meta.dirname, '../.vitepress/dist');
const programs = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
const types: Readonly<Record<string, string>> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.json': 'application/json',
};

if (!existsSync(join(built, 'index.html'))) throw new Error('Build the site first: pnpm site');
const server = createServer((request, response) => void sendFile(request.url ?? '/', response));
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
const site = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
const browser = await chromium.launch({
  executablePath: findChromium(),
  args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-sync'],
});
try {
  await searchSite();
} finally {
  await browser.close();
  server.close();
  server.closeAllConnections();
}

async function searchSite(): Promise<void> {
  const page = await browser.newPage();
  const problems: string[] = [];
  page.on('pageerror', (error) => problems.push(error.message));
  await page.goto(site);
  await page.locator('.DocSearch-Button').click();
  await page.locator('.search-input').fill('approval');
  const found = page.locator('.result[href*="/guide/human-approval"]').first();
  await found.waitFor();
  const count = await page.locator('.result').count();
  await found.click();
  await page.waitForURL('**/guide/human-approval*');
  const heading = (await page.locator('main h1').first().textContent()) ?? '';
  if (!heading.includes('Human approval')) throw new Error(`The page is "${heading}".`);
  if (problems.length > 0) throw new Error(`Errors on the page:\n${problems.join('\n')}`);
  console.log(`"approval" has ${count} results; one of them opens the page "Human approval".`);
}

async function sendFile(url: string, response: ServerResponse): Promise<void> {
  const path = normalize(new URL(url, site).pathname);
  const file = [path, `${path}.html`, join(path, 'index.html')]
    .map((each) => join(built, each))
    .find((each) => extname(each) !== '' && existsSync(each));
  if (file === undefined) {
    response.writeHead(404).end();
    return;
  }
  const type = types[extname(file)] ?? 'application/octet-stream';
  response.writeHead(200, { 'content-type': type }).end(await readFile(file));
}

/** `CHROMIUM`, or an installed Chromium. On Debian, it is installed if the user may install packages. */
function findChromium(): string {
  const { CHROMIUM: given } = process.env;
  const installed = given ?? programs.find((program) => existsSync(program));
  if (installed !== undefined) return installed;
  if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) {
    throw new Error('There is no Chromium. Install it, or set CHROMIUM to its path.');
  }
  console.log('Installing chromium with apt-get.');
  const environment = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  for (const step of [['update'], ['install', '-y', '--no-install-recommends', 'chromium']]) {
    execFileSync('apt-get', step, { env: environment, stdio: ['ignore', 'ignore', 'inherit'] });
  }
  return '/usr/bin/chromium';
}
