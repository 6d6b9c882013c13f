import { signal } from '@preact/signals';
import { hint } from '../hint.ts';
import { word } from '../words.ts';
import workerUrl from './worker.ts?worker&url';

const REFUSED = 'anlin-chat-no-bell';
const PAGE = '/w/';
/** The browser inside WeChat has the names of these parts and no push service. */
const isAble =
  'serviceWorker' in navigator &&
  'PushManager' in window &&
  'Notification' in window &&
  !/MicroMessenger/i.test(navigator.userAgent);

/** Whether this browser is rung for new messages; undefined where it cannot be, or the person does not want it. */
export const bell = signal<'off' | 'on' | undefined>(
  isAble && Notification.permission !== 'denied' && !wasRefused() ? 'off' : undefined,
);

/** Finds out whether this browser is rung, and whether the server still has this browser's subscription. */
export async function openBell(): Promise<void> {
  if (!bell.value || Notification.permission !== 'granted') return;
  try {
    const registration = await navigator.serviceWorker.getRegistration(PAGE);
    const subscription = await registration?.pushManager.getSubscription();
    if (!subscription) return;
    // A later release has another worker.
    await register();
    if (await tell(subscription)) bell.value = 'on';
    else await switchOff();
  } catch {
    // Without the net, the bell stays as it is.
  }
}

/** Asks the browser, which then asks the person. A refusal is remembered. */
export async function switchOn(): Promise<void> {
  if ((await Notification.requestPermission()) !== 'granted') {
    rememberRefusal();
    return stay('bell_refused');
  }
  try {
    await register();
    const { pushManager } = await navigator.serviceWorker.ready;
    // A subscription under a former key of the server never rings.
    await (await pushManager.getSubscription())?.unsubscribe();
    const { key } = (await (await fetch('/w/push')).json()) as { readonly key: string }; // the server's own answer
    const subscription = await pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key });
    if (await tell(subscription)) bell.value = 'on';
    else await subscription.unsubscribe().then(() => stay('bell_unable'));
  } catch {
    stay('bell_unable');
  }
}

export async function switchOff(): Promise<void> {
  bell.value = 'off';
  try {
    const registration = await navigator.serviceWorker.getRegistration(PAGE);
    await (await registration?.pushManager.getSubscription())?.unsubscribe();
    await fetch('/w/push/off', { method: 'POST' });
  } catch {
    // The push service tells the server that the subscription has ended.
  }
}

function stay(why: 'bell_refused' | 'bell_unable'): void {
  bell.value = undefined;
  hint.value = why;
}

function register(): Promise<unknown> {
  const words = new URLSearchParams({ title: word('name'), body: word('bell_rings') });
  return navigator.serviceWorker.register(`${workerUrl}?${words}`, { scope: PAGE });
}

/** False if the server does not take the subscription: it knows the browser no more, or not its push service. */
async function tell({ endpoint }: PushSubscription): Promise<boolean> {
  const { ok, status } = await fetch('/w/push', { method: 'POST', body: JSON.stringify({ endpoint }) });
  if (status >= 500) throw new Error('The server is away.');
  return ok;
}

function wasRefused(): boolean {
  try {
    return localStorage.getItem(REFUSED) !== null;
  } catch {
    return false;
  }
}

function rememberRefusal(): void {
  try {
    localStorage.setItem(REFUSED, '1');
  } catch {
    // A browser that keeps nothing asks again.
  }
}
