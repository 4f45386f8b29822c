import { followTheme } from './state/theme.ts';

followTheme();
// After the theme, so that the first picture has its colours.
await import('./elements/notebook.ts');
