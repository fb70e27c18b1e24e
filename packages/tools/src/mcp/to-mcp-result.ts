import type { BlobStore, Part, ToolResult } from '@turnwise/core';

/** A result of a tool as MCP encodes it. A value for the program is the structured content if it is an object. */
export async function toMcpResult({ status, parts, forApp }: ToolResult, blobs: BlobStore) {
  const isError = status !== 'ok';
  const content = await Promise.all(parts.map((part) => toContent(part, blobs)));
  const isObject = typeof forApp === 'object' && forApp !== null && !Array.isArray(forApp);
  return {
    content,
    ...(isError && { isError }),
    ...(isObject && !isError && { structuredContent: { ...forApp } }),
  };
}

async function toContent(part: Part, blobs: BlobStore) {
  if (part.type === 'text') return { type: 'text' as const, text: part.text };
  const bytes = await blobs.get(part.image.sha256);
  if (bytes === undefined) throw new Error('The bytes of an image are missing.');
  return {
    type: 'image' as const,
    data: Buffer.from(bytes).toString('base64'),
    mimeType: part.image.mediaType,
  };
}
