import { createServer, type Server } from 'node:http';
import { join } from 'node:path';
import type { Agent, SessionStore } from '@turnwise/core';
import { chatHandler, toNodeHandler } from '@turnwise/ui';
import { build } from 'esbuild';

/** A server that does not listen yet. */
export interface ChatServer {
  readonly server: Server;
  /** Aborts the runs, saves their conversations and ends all connections. */
  close(): Promise<void>;
}

const html = `<!doctype html>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Chat</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/chat.css">
<main id="chat"></main>
<script type="module" src="/chat.js"></script>
`;

/** Creates the server of the page and of its chats, which are at `/api/chat`. */
export async function createChatServer(parts: {
  readonly agent: Agent;
  readonly sessions: SessionStore;
}): Promise<ChatServer> {
  const files = await bundlePage();
  const chats = chatHandler(parts);
  const server = createServer(
    toNodeHandler(async (request) => {
      const { pathname } = new URL(request.url);
      if (pathname.startsWith('/api/chat')) return await chats(request);
      const file = files.get(pathname);
      if (file === undefined) return new Response('Not found.', { status: 404 });
      return new Response(file.text, { headers: { 'content-type': file.type } });
    }),
  );
  const close = async () => {
    await chats.close();
    server.close();
    server.closeAllConnections();
  };
  return { server, close };
}

async function bundlePage(): Promise<ReadonlyMap<string, { text: string; type: string }>> {
  const { outputFiles } = await build({
    entryPoints: [join(import.meta.dirname, '../page/chat.jsx')],
    outdir: '/',
    bundle: true,
    write: false,
    minify: true,
    format: 'esm',
    jsx: 'automatic',
    define: { 'process.env.NODE_ENV': '"production"' },
  });
  const bundled = outputFiles.map(({ path, text }) => {
    const type = path.endsWith('.css') ? 'text/css' : 'text/javascript';
    return [path, { text, type }] as const;
  });
  return new Map([['/', { text: html, type: 'text/html' }], ...bundled]);
}
