/** What one request allowed: the tools of its grammar, and whether it allowed an answer. */
export interface Allowed {
  readonly tools: readonly string[];
  readonly answer: boolean;
}

/** The grammars of guided requests, as text. */
export function grammarsOf(
  requests: readonly Readonly<Record<string, unknown>>[],
): readonly string[] {
  return requests.map((body) => JSON.stringify(body.response_format));
}

/** What each grammar allows, of the tools with these names. */
export function allowedBy(
  grammars: readonly string[],
  names: readonly string[],
): readonly Allowed[] {
  return grammars.map((grammar) => ({
    tools: names.filter((name) => grammar.includes(`"${name}"`)),
    answer: grammar.includes('"answer"'),
  }));
}
