import type { Session } from '../engine/session.ts';
import type { Sealing } from '../store/sealing.ts';

/** A session whose answers and draft are stored encrypted. */
type SealedSession = Session & { readonly sealed: string };

/** Encrypts all that was typed in a session, bound to its talk. */
export function sealSession({ answers, draft, ...rest }: Session, { seal }: Sealing): SealedSession {
  return { ...rest, answers: {}, sealed: seal(JSON.stringify({ answers, draft }), rest.talk) };
}

/** Decrypts a stored session; one without encrypted answers stays as it is. */
export function openSession(stored: Session | SealedSession, { unseal }: Sealing): Session {
  if (!('sealed' in stored)) return stored;
  const { sealed, ...rest } = stored;
  // With another key the answers are lost, and the questions are asked again.
  return { ...rest, ...(JSON.parse(unseal(sealed, rest.talk) ?? '{}') as Pick<Session, 'answers' | 'draft'>) };
}
