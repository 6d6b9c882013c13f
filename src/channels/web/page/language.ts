/** Chinese unless the browser prefers English to it. */
export const language = navigator.languages.find((tag) => /^(zh|en)/.test(tag))?.startsWith('en') ? 'en' : 'zh-CN';
