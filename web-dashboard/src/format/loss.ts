import { NBSP } from './delay';

/** Never "0 %" for a little loss, nor "100 %" for a little answer. */
export function formatLoss(lossRatio: number): string {
  const percent = lossRatio * 100;
  if (percent === 0) return `0${NBSP}%`;
  if (percent < 0.1) return `<0.1${NBSP}%`;
  if (percent < 9.95) return `${trimZero(percent.toFixed(1))}${NBSP}%`;
  if (percent < 99.5) return `${percent.toFixed(0)}${NBSP}%`;
  return percent === 100 ? `100${NBSP}%` : `>99${NBSP}%`;
}

function trimZero(text: string): string {
  return text.endsWith('.0') ? text.slice(0, -2) : text;
}
