/// <reference path="./undici-files.d.ts" />
import type { Agent } from 'undici';

/**
 * The class behind undici's pools. Its own file loads in a third of the CPU time that all of undici takes (docs/performance.md); it is
 * no promised part of undici, and where it is not found, everything is loaded. Either way it is the same class.
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
