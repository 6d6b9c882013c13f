import { createRequire } from 'node:module';

/**
 * Returns a function that loads a library at its first call, so that a start pays only for what it uses. The phones page
 * imports modules that call this and never calls the result: a browser has no `createRequire`.
 */
export function onUse<T>(library: string): () => T {
  let loaded: T | undefined;
  return () => (loaded ??= createRequire(import.meta.url)(library) as T);
}

/** Returns a function that loads at its first call, for all later ones too; a failed load is tried again. */
export function loadOnce<T>(load: () => Promise<T>): () => Promise<T> {
  let loading: Promise<T> | undefined;
  return () => {
    loading ??= load().catch((error: unknown) => {
      loading = undefined;
      throw error;
    });
    return loading;
  };
}
