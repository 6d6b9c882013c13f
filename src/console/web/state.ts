import { signal } from '@preact/signals';
import type { Me } from '../me.ts';

/** The signed-in organiser. */
export const me = signal<Me | undefined>(undefined);
/** A sentence about what was just done, for eyes and screen readers. */
export const notice = signal('');
