declare module 'mathjs/lib/browser/math.js' {
  import type { ConfigOptions, MathJsInstance } from 'mathjs';

  /** An instance with all functions, which can create others. */
  const bundle: { create(config: ConfigOptions): MathJsInstance };
  export default bundle;
}
