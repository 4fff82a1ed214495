import { signal } from '@preact/signals';

/** The aggregator answered 401: the page asks for the access token and goes on from there. */
export const tokenNeeded = signal(false);
