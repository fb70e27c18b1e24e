/// <reference path="./undici-files.d.ts" />
import type { Agent } from 'undici';

/**
 * Loads undici's `Agent` class. Loading only its file takes a third of the CPU time of loading all of undici
 * (docs/performance.md). That file is not part of undici's public API: if it is missing, all of undici is loaded.
 */
export async function loadAgent(): Promise<typeof Agent> {
  try {
    const file = await import('undici/lib/dispatcher/agent.js');
    return file.default;
  } catch {
    const undici = await import('undici');
    return undici.Agent;
  }
}
