import type { OpenProcess } from './processes.ts';
import { openIn } from './processes.ts';
import type { Crowd, Environment } from './subject.ts';
import type { Measured, Opened, Order } from './subject-process.ts';

export type SubjectProcess = OpenProcess<Opened, Crowd, Measured>;

/** Opens a subject in its own process and plays updates that warm it up. */
export async function openSubject(
  file: string,
  environment: Environment,
  warmUpdates: number,
): Promise<SubjectProcess & { readonly warmed: Measured }> {
  const subject = await openIn<Order, Opened, Crowd, Measured>('subject-process.ts', { file, environment });
  const warmed = await subject.measure({ crowded: Math.ceil(warmUpdates / STEPS), few: 0, alone: 0 });
  return { ...subject, warmed };
}
/** The least number of steps of a talk. */
const STEPS = 6;
