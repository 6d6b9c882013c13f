import { render } from 'preact';
import type { Me } from '../sign-in/me.ts';
import { CallFailed, call, session } from './api.ts';
import { followChanges } from './live.ts';
import { SignIn } from './pages/sign-in.tsx';
import { fetchPage, Shell } from './shell.tsx';
import { me, takeMe } from './state.ts';
import { useLanguage, word } from './words.ts';

/** Loads the signed-in organiser. Without one, the page shows the sign-in. */
export async function enter(): Promise<void> {
  try {
    const answer = await call<Me>('me');
    takeMe(answer);
    await useLanguage(answer.language);
    session.value = 'in';
    void followChanges();
  } catch (error) {
    if (error instanceof CallFailed && error.status === 0) setTimeout(enter, 2000);
    else session.value = 'out';
  }
}

function Console() {
  document.title = word('title');
  if (session.value === 'unknown') return <p class="wait">{word('loading')}</p>;
  // A session that ended leaves the page below the sign-in, so that nothing typed is lost.
  return (
    <>
      {me.value && <Shell />}
      {session.value === 'out' && <SignIn over={me.value !== undefined} onDone={enter} />}
    </>
  );
}

const app = document.getElementById('app');
if (app) render(<Console />, app);
// A link of the chat and launch data name the person who opened the page: they come before a session of this browser.
const given = new URLSearchParams(location.hash.slice(1));
if (given.has('t') || given.has('tgWebAppData')) session.value = 'out';
else void enter();
fetchPage();
