import type { Model } from './model.ts';

const following = new WeakSet<Model['request']>();

/**
 * Marks a `request` that ends soon after its signal aborts, even if the program or the server never answers. A run then needs no time
 * limit of its own for it, which takes 5 % of the CPU time of a streamed piece. The mark belongs to the function: a model that
 * copies the fields of another one and has its own `request` is not marked.
 */
export function markFollowsSignal(request: Model['request']): Model['request'] {
  following.add(request);
  return request;
}

/** Whether the requests of a model end soon after an abort, so that nothing else must end them. */
export function followsSignal({ request }: Model): boolean {
  return following.has(request);
}
