import { useEffect, useRef, useState } from 'preact/hooks';
import { CallFailed, call, keepToken } from './api.ts';
import { cure } from './talk/post-form.ts';
import { word } from './words.ts';

type Waiting = { readonly state: 'waiting' | 'confirmed' | 'refused' | 'expired'; readonly token?: string };
const LOOK_EVERY_MS = 1000;

/** Asks every second whether the number was tapped in the chat. */
export async function waitForNumber(isWanted: () => boolean): Promise<Waiting['state']> {
  while (isWanted()) {
    const { state, token } = await call<Waiting>('sign-in/wait', 'POST').catch((error): Waiting => {
      if (error instanceof CallFailed && error.status === 0) return { state: 'waiting' };
      return { state: 'expired' };
    });
    if (state === 'confirmed' && token) keepToken(token);
    if (state !== 'waiting') return state;
    await new Promise((done) => setTimeout(done, LOOK_EVERY_MS));
  }
  return 'expired';
}

/** What a fresh proof asks for: the code of an authenticator app, where the person has one, then a number to tap in the chat. */
export type Proof = { readonly number: number } | { readonly wrong: boolean; readonly give: (code: string) => void };

/** Asks for a fresh proof of the person; `show` gets each step, then undefined. True if it was given. */
export async function proveAgain(show: (proof: Proof | undefined) => void): Promise<boolean> {
  try {
    show({ number: await askNumber(show) });
    return (await waitForNumber(() => true)) === 'confirmed';
  } finally {
    show(undefined);
  }
}

async function askNumber(show: (proof: Proof) => void): Promise<number> {
  let body = {};
  for (;;) {
    try {
      return (await call<{ number: number }>('step-up', 'POST', body)).number;
    } catch (error) {
      const why = errorOf(error);
      if (why !== 'code_needed' && why !== 'wrong_code') throw error;
      body = { code: await new Promise<string>((give) => show({ wrong: why === 'wrong_code', give })) };
    }
  }
}

/** The word with which the server refused a call. */
export function errorOf(error: unknown): string | undefined {
  return error instanceof CallFailed ? (error.answer as { error?: string } | undefined)?.error : undefined;
}

export type Proving = {
  readonly proof: Proof | undefined;
  readonly trouble: string;
  readonly say: (trouble: string) => void;
  /** Runs a call; if it needs a fresh proof, asks for it and runs the call again. */
  readonly withProof: (run: () => Promise<void>) => Promise<void>;
};

/** Holds the proof of one deed, and what went wrong. */
export function useProof(): Proving {
  const [proof, setProof] = useState<Proof>();
  const [trouble, setTrouble] = useState('');
  const withProof = async (run: () => Promise<void>) => {
    setTrouble('');
    try {
      await run().catch(async (error) => {
        if (errorOf(error) !== 'step_up') throw error;
        if (await proveAgain(setProof)) return run();
        setTrouble(word('form.not_confirmed'));
      });
    } catch (error) {
      setTrouble(cure(error));
    }
  };
  return { proof, trouble, say: setTrouble, withProof };
}

/** Shows the present step of a proof. */
export function ProofStep({ proof }: { readonly proof: Proof | undefined }) {
  if (!proof) return null;
  if ('give' in proof) return <CodeForm label={word('form.code')} wrong={proof.wrong} onCode={proof.give} />;
  return (
    <div class="proof" role="alert">
      <p>{word('form.step_up')}</p>
      <p class="number">{proof.number}</p>
    </div>
  );
}

/** The step of a proof, and the trouble of its deed. */
export function ProofAndTrouble({ proof, trouble }: Pick<Proving, 'proof' | 'trouble'>) {
  return (
    <>
      <ProofStep proof={proof} />
      {trouble && (
        <p class="trouble" role="alert">
          {trouble}
        </p>
      )}
    </>
  );
}

type CodeFormProps = { readonly label: string; readonly wrong: boolean; readonly onCode: (code: string) => void };

/** The field for six digits of an authenticator app. */
export function CodeForm({ label, wrong, onCode }: CodeFormProps) {
  const [code, setCode] = useState('');
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => field.current?.focus(), []);
  return (
    <form
      class="proof"
      onSubmit={(event) => {
        event.preventDefault();
        onCode(code);
        // A code counts once: the next try needs the next one.
        setCode('');
        field.current?.focus();
      }}
    >
      <label>
        <span>{label}</span>
        <input
          ref={field}
          value={code}
          required
          maxLength={12}
          inputMode="numeric"
          autocomplete="one-time-code"
          onInput={(event) => setCode(event.currentTarget.value)}
        />
      </label>
      <button type="submit" class="main">
        {word('form.next')}
      </button>
      {wrong && (
        <p class="trouble" role="alert">
          {word('form.wrong_code')}
        </p>
      )}
    </form>
  );
}
