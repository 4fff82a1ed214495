import { computed, effect, signal } from '@preact/signals';
import { PALETTES, type ThemeName } from './palette';

export type ThemeChoice = 'auto' | ThemeName;

const STORED_AS = 'sentinel-theme';
const systemDark = matchMedia('(prefers-color-scheme: dark)');
const systemTheme = signal<ThemeName>(systemDark.matches ? 'dark' : 'light');
systemDark.addEventListener('change', (event) => (systemTheme.value = event.matches ? 'dark' : 'light'));

export const themeChoice = signal<ThemeChoice>(stored());
export const theme = computed<ThemeName>(() => (themeChoice.value === 'auto' ? systemTheme.value : themeChoice.value));
export const palette = computed(() => PALETTES[theme.value]);

export function nextTheme(): void {
  const order: readonly ThemeChoice[] = ['auto', 'light', 'dark'];
  themeChoice.value = order[(order.indexOf(themeChoice.value) + 1) % order.length] ?? 'auto';
  try {
    localStorage.setItem(STORED_AS, themeChoice.value);
  } catch {
    // Private windows may refuse to remember; the choice then holds until the page is closed.
  }
}

export function paintTheme(): void {
  effect(() => {
    const root = document.documentElement;
    const colours = palette.value;
    root.dataset['theme'] = theme.value;
    root.style.colorScheme = theme.value;
    const set = (name: string, colour: string): void => root.style.setProperty(`--${name}`, colour);
    set('page', colours.page);
    set('surface', colours.surface);
    set('sunken', colours.sunken);
    set('line', colours.line);
    set('ink', colours.ink);
    set('muted', colours.muted);
    set('accent', colours.accent);
    set('on-accent', colours.onAccent);
    set('degraded', colours.fills.degraded);
    set('on-degraded', colours.inks.degraded);
    set('down', colours.fills.down);
    set('on-down', colours.inks.down);
    set('ok', colours.okLong);
    document.querySelector('meta[name=theme-color]')?.setAttribute('content', colours.page);
  });
}

function stored(): ThemeChoice {
  try {
    const choice = localStorage.getItem(STORED_AS);
    return choice === 'light' || choice === 'dark' ? choice : 'auto';
  } catch {
    return 'auto';
  }
}
