import { type Tool, TurnwiseError } from '@turnwise/core';

/**
 * One list of several tools and lists of tools, for the option `tools` of an agent. If a server changes its list, the joined
 * list changes, too.
 *
 * @example
 * const agent = new Agent({ name: 'clerk', model, tools: joinTools(files.tools, mail.tools, getWeather) });
 */
export function joinTools<Context = unknown>(
  ...sources: readonly (Tool<Context> | readonly Tool<Context>[])[]
): readonly Tool<Context>[] {
  if (sources.flat().some((each) => each?.schema === undefined)) {
    throw new TurnwiseError(
      'invalid_options',
      'joinTools() takes tools and lists of tools: joinTools(files.tools, getWeather).',
    );
  }
  const joined: Tool<Context>[] = [];
  const update = () => changeTools(joined, sources.flat());
  for (const source of sources) {
    if (!Array.isArray(source)) continue;
    const followers = followersOf.get(source) ?? new Set();
    followersOf.set(source, followers.add(new WeakRef(joined)));
    updates.set(joined, update);
  }
  update();
  return joined;
}

/** Replaces the content of a list, and updates the lists that were joined from it. */
export function changeTools<Context>(list: Tool<Context>[], tools: readonly Tool<Context>[]): void {
  const isSame = list.length === tools.length && list.every((tool, at) => tool === tools[at]);
  if (isSame) return;
  list.splice(0, list.length, ...tools);
  const followers = followersOf.get(list) ?? new Set();
  for (const follower of followers) {
    const joined = follower.deref();
    if (joined === undefined) followers.delete(follower);
    else updates.get(joined)?.();
  }
}

/** The joined lists of each list. They are held weakly: a server may be used longer than an agent. */
const followersOf = new WeakMap<object, Set<WeakRef<object>>>();
const updates = new WeakMap<object, () => void>();
