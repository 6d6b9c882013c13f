/** What the QR code that led here holds: a place or an invitation; '' without one. */
export const code = /^\/w\/q\/([\w-]{1,64})$/.exec(location.pathname)?.[1] ?? '';
