import { NBSP } from './delay';

/** "<1 s", "7 s", "3 min", "2 h", "5 d": one unit, rounded down, as an age is read at a glance. */
export function formatAge(millis: number): string {
  const seconds = Math.floor(Math.max(0, millis) / 1_000);
  if (seconds < 1) return `<1${NBSP}s`;
  if (seconds < 60) return `${seconds}${NBSP}s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes}${NBSP}min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return `${hours}${NBSP}h`;
  return `${Math.floor(hours / 24)}${NBSP}d`;
}

export function formatAgo(millis: number): string {
  return `${formatAge(millis)} ago`;
}

/** The viewer's own zone; UTC belongs into the title beside it. */
export function formatClock(epochMillis: number): string {
  return new Date(epochMillis).toLocaleTimeString([], { hour: '2-digit', minute: '2-digit', second: '2-digit', hour12: false });
}

export function formatUtc(epochMillis: number): string {
  return `${new Date(epochMillis).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}
