import { createRequire } from 'node:module';

/**
 * Returns a function that loads a library at its first call, so that a start pays only for what it uses. The phones page
 * imports modules that call this and never calls the result: a browser has no `createRequire`.
 */
export function onUse<T>(library: string): () => T {
  let loaded: T | undefined;
  return () => (loaded ??= createRequire(import.meta.url)(library) as T);
}
