import type { Store } from '../store/store.ts';
import { asking } from '../store/store.ts';
import type { Category } from './category.ts';

export async function loadCategories(store: Store): Promise<readonly Category[]> {
  const kept = await asking(store.redis.get(store.keys.categories));
  return kept ? (JSON.parse(kept) as readonly Category[]) : []; // written by saveCategories
}

/** Replaces the city's categories. Setting the same again changes nothing. */
export async function saveCategories(store: Store, categories: readonly Category[]): Promise<void> {
  await asking(store.redis.set(store.keys.categories, JSON.stringify(categories)));
}
