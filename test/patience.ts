/** Longest wait of a test for an event, ms. It bounds no promise: on an idle machine the event comes within a second. */
export const PATIENCE_MS = 20_000;
