import createClient from 'openapi-fetch';
import type { components, paths } from './openapi';

export type Agent = components['schemas']['Agent'];
export type AgentList = components['schemas']['AgentList'];
export type PairHistory = components['schemas']['PairHistory'];
export type HistoryPoint = components['schemas']['HistoryPoint'];

export type Answer<T> =
  | { readonly kind: 'ok'; readonly value: T }
  | { readonly kind: 'token-needed' }
  | { readonly kind: 'failed'; readonly why: string };

/** The folder this page was served from, without its own hash. */
const base = new URL('.', document.baseURI);
/** What the API gives in several forms, tables for spreadsheets among them, is taken as JSON here. */
type Json = 'application/json' | 'application/problem+json';
const client = createClient<paths, Json>({ baseUrl: base.href.replace(/\/$/, '') });

export function listAgents(): Promise<Answer<AgentList>> {
  return answerOf(client.GET('/api/v1/agents'));
}

export function pairHistory(
  source: string,
  destination: string,
  from: Date,
  to: Date,
  signal: AbortSignal,
): Promise<Answer<PairHistory>> {
  return answerOf(
    client.GET('/api/v1/pairs/{source}/{destination}/history', {
      params: { path: { source, destination }, query: { from: from.toISOString(), to: to.toISOString() } },
      signal,
    }),
  );
}

/** Exchanges an access token for a cookie that scripts cannot read. */
export async function openSession(token: string): Promise<Answer<undefined>> {
  try {
    const response = await fetch(new URL('api/v1/session', base), {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ token }),
    });
    if (response.ok) return { kind: 'ok', value: undefined };
    if (response.status === 401 || response.status === 403) return { kind: 'token-needed' };
    return { kind: 'failed', why: `the aggregator answered ${response.status}` };
  } catch {
    return { kind: 'failed', why: 'the aggregator does not answer' };
  }
}

interface FetchResult<T> {
  readonly data?: T;
  readonly error?: components['schemas']['Problem'] | undefined;
  readonly response: Response;
}

async function answerOf<T>(request: Promise<FetchResult<T>>): Promise<Answer<T>> {
  try {
    const { data, error, response } = await request;
    if (response.ok && data !== undefined) return { kind: 'ok', value: data };
    if (response.status === 401) return { kind: 'token-needed' };
    return { kind: 'failed', why: error?.detail ?? error?.title ?? `the aggregator answered ${response.status}` };
  } catch (failure) {
    if (failure instanceof DOMException && failure.name === 'AbortError') throw failure;
    return { kind: 'failed', why: 'the aggregator does not answer' };
  }
}
