/** The own browsers of the messengers. That of WeCom names itself as WeChat too, so it comes first. */
const BROWSERS = [
  ['wecom', /wxwork\//i],
  ['wechat', /MicroMessenger\//i],
] as const;
/** The address after a visit to the messenger, which is asked once. */
const TRIED = '#tried';

/** Leads a new browser inside a messenger to the page that names its person. Then it does not resolve. */
export async function askMessenger(offered: readonly string[]): Promise<void> {
  const [scheme] = BROWSERS.find(([, sign]) => sign.test(navigator.userAgent)) ?? [];
  if (!scheme || !offered.includes(scheme) || location.hash === TRIED) return;
  location.replace(`/w/oauth/${scheme}?to=${encodeURIComponent(location.pathname)}`);
  await new Promise(() => {});
}
