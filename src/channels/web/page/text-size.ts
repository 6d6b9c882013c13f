import { signal } from '@preact/signals';

const SIZES = ['usual', 'large', 'largest'] as const;
type Size = (typeof SIZES)[number];
const KEY = 'anlin-chat-size';

/** The chosen size of text; it stays for the next visit. */
export const size = signal<Size>(read());
document.documentElement.dataset.size = size.value;

/** The next larger size; after the largest, the usual one. */
export function grow(): void {
  size.value = SIZES[(SIZES.indexOf(size.value) + 1) % SIZES.length] ?? 'usual';
  document.documentElement.dataset.size = size.value;
  try {
    localStorage.setItem(KEY, size.value);
  } catch {
    // A browser that keeps nothing forgets the size.
  }
}

function read(): Size {
  try {
    return SIZES.find((one) => one === localStorage.getItem(KEY)) ?? 'usual';
  } catch {
    return 'usual';
  }
}
