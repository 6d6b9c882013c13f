import { onUse } from '../on-use.ts';

/** The library that writes PNG files. */
export const png = onUse<typeof import('pngjs')>('pngjs');
