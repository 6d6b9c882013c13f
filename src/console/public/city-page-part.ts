import type { html } from 'hono/html';

/** A part of the public page. */
export type Part = ReturnType<typeof html>;

/** Graphemes of a name in a list of the public page. */
export const NAME_MAX = 30;
