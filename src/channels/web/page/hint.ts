import { signal } from '@preact/signals';
import type { WordKey } from './words.ts';

/** A hint above the input field. */
export const hint = signal<WordKey | undefined>(undefined);
