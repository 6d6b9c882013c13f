/** The place of an answer in the address of a test's server. */
type Answer = { readonly status: number; readonly to: string; readonly body: string };

/** A browser that keeps cookies and follows no redirect by itself. */
export class Tab {
  private readonly cookies = new Map<string, string>();
  private readonly origin: string;

  constructor(port: number) {
    this.origin = `http://127.0.0.1:${port}`;
  }

  /** Gets a page by its path; an origin in the address is ignored. `to`: where the answer leads. */
  async get(address: string): Promise<Answer> {
    const { pathname, search } = new URL(address, this.origin);
    const cookie = [...this.cookies].map((pair) => pair.join('=')).join('; ');
    const answer = await fetch(`${this.origin}${pathname}${search}`, { headers: { cookie }, redirect: 'manual' });
    for (const line of answer.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (value === '') this.cookies.delete(name);
      else this.cookies.set(name, value);
    }
    return { status: answer.status, to: answer.headers.get('location') ?? '', body: await answer.text() };
  }

  cookie(name: string): string | undefined {
    return this.cookies.get(name);
  }
}
