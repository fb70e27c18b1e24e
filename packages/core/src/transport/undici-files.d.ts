declare module 'undici/lib/dispatcher/agent.js' {
  import type { Agent } from 'undici';

  const file: typeof Agent;
  export default file;
}
