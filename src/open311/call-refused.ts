import type { ErrorStatus } from './respond.ts';

/** A refusal in the specification's form: 404 unknown resource, 403 API key, 400 any other error of the call. */
export class CallRefused extends Error {
  readonly status: ErrorStatus;
  constructor(status: ErrorStatus, description: string) {
    super(description);
    this.status = status;
  }
}
