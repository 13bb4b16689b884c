/** Colours of the editor's own themes, as it hands them to a webview: those the panels use. */
import type { Theme } from '../editor/browser';

type Colours = Readonly<Record<string, string>>;

const fonts: Colours = {
  'font-family': "'Segoe UI', Ubuntu, 'Liberation Sans', sans-serif",
  'font-size': '13px',
  'font-weight': 'normal',
  'editor-font-family': "'Liberation Mono', monospace",
};

const light: Colours = {
  'editor-background': '#ffffff',
  foreground: '#3b3b3b',
  descriptionForeground: '#616161',
  focusBorder: '#005fb8',
  errorForeground: '#c72e0f',
  'button-background': '#005fb8',
  'button-foreground': '#ffffff',
  'button-border': '#0000001a',
  'button-hoverBackground': '#0258a8',
  'button-secondaryBackground': '#e5e5e5',
  'button-secondaryForeground': '#3b3b3b',
  'button-secondaryHoverBackground': '#cccccc',
  'panel-border': '#e0e0e0',
  'input-background': '#ffffff',
  'input-foreground': '#3b3b3b',
  'input-border': '#cecece',
  'input-placeholderForeground': '#767676',
  'list-hoverBackground': '#f2f2f2',
  'list-activeSelectionBackground': '#e8e8e8',
  'list-activeSelectionForeground': '#000000',
  'list-inactiveSelectionBackground': '#e4e6f1',
  'textLink-foreground': '#005fb8',
  'textLink-activeForeground': '#005fb8',
  'charts-green': '#388a34',
  'charts-blue': '#1a85ff',
  'charts-lines': '#3b3b3b80',
  'testing-iconFailed': '#d32f1b',
  'editorWarning-foreground': '#bf8803',
  'scrollbarSlider-background': '#64646466',
  'progressBar-background': '#005fb8',
};

const dark: Colours = {
  ...light,
  'editor-background': '#1f1f1f',
  foreground: '#cccccc',
  descriptionForeground: '#9d9d9d',
  focusBorder: '#0078d4',
  errorForeground: '#f85149',
  'button-background': '#0078d4',
  'button-border': '#ffffff12',
  'button-hoverBackground': '#026ec1',
  'button-secondaryBackground': '#313131',
  'button-secondaryForeground': '#cccccc',
  'button-secondaryHoverBackground': '#3c3c3c',
  'panel-border': '#2b2b2b',
  'input-background': '#313131',
  'input-foreground': '#cccccc',
  'input-border': '#3c3c3c',
  'input-placeholderForeground': '#989898',
  'list-hoverBackground': '#2a2d2e',
  'list-activeSelectionBackground': '#04395e',
  'list-activeSelectionForeground': '#ffffff',
  'list-inactiveSelectionBackground': '#37373d',
  'textLink-foreground': '#4daafc',
  'textLink-activeForeground': '#4daafc',
  'charts-green': '#89d185',
  'charts-blue': '#59a4f9',
  'charts-lines': '#cccccc80',
  'testing-iconFailed': '#f14c4c',
  'editorWarning-foreground': '#cca700',
  'scrollbarSlider-background': '#79797966',
  'progressBar-background': '#0078d4',
};

const contrast: Colours = {
  ...dark,
  'editor-background': '#000000',
  foreground: '#ffffff',
  descriptionForeground: '#ffffffb3',
  focusBorder: '#f38518',
  errorForeground: '#f48771',
  contrastBorder: '#6fc3df',
  contrastActiveBorder: '#f38518',
  'button-background': '#000000',
  'button-border': '#6fc3df',
  'button-secondaryBackground': '#000000',
  'button-secondaryForeground': '#ffffff',
  'panel-border': '#6fc3df',
  'input-background': '#000000',
  'input-foreground': '#ffffff',
  'input-border': '#6fc3df',
  'input-placeholderForeground': '#ffffffb3',
  'list-hoverBackground': '#ffffff1a',
  'list-activeSelectionBackground': '#000000',
  'list-inactiveSelectionBackground': '#000000',
  'textLink-foreground': '#21a6ff',
  'charts-lines': '#ffffff80',
  'testing-iconFailed': '#f48771',
  'editorWarning-foreground': '#ffd370',
  'scrollbarSlider-background': '#6fc3df99',
};

const themes: Record<Theme, Colours> = { light, dark, contrast };

/** Class of the page's body, as the editor sets it. */
export const themeClass: Record<Theme, string> = { light: 'vscode-light', dark: 'vscode-dark', contrast: 'vscode-high-contrast' };

/** Names of custom properties and their values. */
export function propertiesOf(theme: Theme): [string, string][] {
  return Object.entries({ ...fonts, ...themes[theme] }).map(([name, value]) => [`--vscode-${name}`, value]);
}
