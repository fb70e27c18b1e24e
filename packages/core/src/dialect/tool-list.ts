import { memoize } from '../memoize.ts';
import { printSignature } from '../schema/signature/signature.ts';
import type { Neutralise } from './control-tokens.ts';
import type { ToolSpec } from './dialect.ts';
import { wireName } from './wire-name.ts';
import { wireParameters } from './wire-parameters.ts';

/** Makes the function that prints tools for instructions, one compact signature per line. The text is cached per list. */
export function toolListPrinter(neutralise: Neutralise): (tools: readonly ToolSpec[]) => string {
  return memoize((tools) => {
    const lines = tools.map(({ name, description, parameters }) =>
      printSignature({
        name: wireName(name),
        description,
        parameters: wireParameters(parameters),
      }),
    );
    return neutralise(lines.join('\n'));
  });
}
