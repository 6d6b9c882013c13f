import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);

/** Returns a function that loads a library at its first call, so that a start pays only for what it uses. */
export function onUse<T>(library: string): () => T {
  let loaded: T | undefined;
  return () => (loaded ??= require(library) as T);
}
