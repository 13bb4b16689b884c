import { ThemeColor, ThemeIcon } from 'vscode';
import { colours, type Shape } from '../shared/shape';

/** The drawing as an icon of the font that the manifest contributes (`grid-full`, …). */
export function iconOf(shape: Shape): ThemeIcon {
  return new ThemeIcon(`grid-${shape}`, new ThemeColor(colours[shape]));
}
