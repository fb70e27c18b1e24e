/** Binds methods to their object, so that `const { run } = agent` and `setTimeout(run.abort)` work. Printed objects do not show it. */
export function bindMethods<Target extends object>(
  target: Target,
  ...names: readonly (keyof Target & string)[]
): void {
  for (const name of names) {
    const method = target[name];
    if (typeof method !== 'function') continue;
    Object.defineProperty(target, name, {
      value: method.bind(target),
      configurable: true,
      writable: true,
    });
  }
}
