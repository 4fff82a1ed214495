import { nextTheme, themeChoice, type ThemeChoice } from './theme-state';

const LABELS: Readonly<Record<ThemeChoice, string>> = { auto: 'Auto', light: 'Light', dark: 'Dark' };

export function ThemeButton() {
  const label = LABELS[themeChoice.value];
  return (
    <button type="button" class="button quiet theme-button" onClick={nextTheme} title="Change between light and dark">
      <svg viewBox="0 0 16 16" width="14" height="14" aria-hidden="true">
        <circle cx="8" cy="8" r="6.5" fill="none" stroke="currentColor" stroke-width="1.5" />
        <path d="M8 1.5a6.5 6.5 0 0 1 0 13z" fill="currentColor" />
      </svg>
      <span class="visually-hidden">Colours: </span>
      {label}
    </button>
  );
}
