import type { FileInventory } from '../files/file-inventory.ts';
import type { Say } from '../i18n.ts';

/** Prints the lists in which the constructs of a file ended. */
export function showInventory(inventory: FileInventory, say: Say): void {
  for (const list of ['carried', 'ignored', 'refused'] as const) {
    const items = inventory[list];
    const show = list === 'refused' ? console.error : console.log;
    if (items.length > 0) show(say(`import:lists.${list}`, { count: items.length }));
    for (const item of items) show(say('import:list_line', item));
  }
}
