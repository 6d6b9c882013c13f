/** Browsers and systems that an organiser recognises as the own ones. Locales word them. */
const FAMILIES = [
  ['wechat', /MicroMessenger\//],
  ['edge', /\bEdg(A|iOS)?\//],
  ['firefox', /\b(Firefox|FxiOS)\//],
  ['chrome', /\b(Chrome|CriOS)\//],
  ['safari', /\bSafari\//],
] as const;
const SYSTEMS = [
  ['harmony', /HarmonyOS|OpenHarmony/],
  ['android', /Android/],
  ['ios', /iPhone|iPad/],
  ['windows', /Windows/],
  ['macos', /Mac OS X|Macintosh/],
  ['linux', /Linux|X11|CrOS/],
] as const;

/** The short name of a browser. It is the caller's own word and proves nothing. */
export type BrowserName = {
  readonly family: (typeof FAMILIES)[number][0] | 'other';
  readonly system: (typeof SYSTEMS)[number][0] | 'other';
};

/** Reads a User-Agent header. Several names in it are usual: Edge also calls itself Chrome and Safari. */
export function readBrowserName(userAgent = ''): BrowserName {
  return {
    family: FAMILIES.find(([, sign]) => sign.test(userAgent))?.[0] ?? 'other',
    system: SYSTEMS.find(([, sign]) => sign.test(userAgent))?.[0] ?? 'other',
  };
}
