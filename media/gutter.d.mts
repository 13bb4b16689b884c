/** By name of the drawing. */
export const colours: Readonly<Record<string, { readonly light: string; readonly dark: string }>>;
export function buildGutter(folder: string, target: string): Promise<void>;
