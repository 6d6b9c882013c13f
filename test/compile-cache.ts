/** Compiled modules of the product, shared by the processes that tests start. */
export const COMPILE_CACHE = new URL('../node_modules/.cache/anlin', import.meta.url).pathname;
