/** Colours as the library has them, but for those that are too faint to read: every text has a contrast of 4.5 at least. */
import { type CSSVariablesResolver, createTheme, localStorageColorSchemeManager } from '@mantine/core';

export const theme = createTheme({
  primaryColor: 'blue',
  primaryShade: { light: 8, dark: 8 },
  defaultRadius: 'sm',
  cursorType: 'pointer',
  respectReducedMotion: true,
  fontFamily: 'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif',
  components: {
    Anchor: { defaultProps: { underline: 'always' } },
  },
});

export const cssVariables: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    '--mantine-color-dimmed': '#565d64',
    '--mantine-color-placeholder': '#5f666d',
    '--mantine-color-error': '#c92a2a',
    ...readable(9),
  },
  dark: {
    '--mantine-color-dimmed': '#b4b6ba',
    '--mantine-color-placeholder': '#a6a8ad',
    '--mantine-color-error': '#ff8787',
    ...readable(3),
  },
});

/** The light, outlined and subtle variants of buttons and the like, in the colours that the pages use. */
function readable(shade: number): Record<string, string> {
  return Object.fromEntries(
    ['blue', 'red', 'gray'].flatMap((color) =>
      ['light-color', 'outline', 'text'].map((use) => [
        `--mantine-color-${color}-${use}`,
        `var(--mantine-color-${color}-${shade})`,
      ]),
    ),
  );
}

export const colorSchemeManager = localStorageColorSchemeManager({ key: 'durable-sms-theme' });
