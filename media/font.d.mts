/** Each drawing's `fontCharacter`, as package.json writes it. */
export const characters: Readonly<Record<string, string>>;

/** Builds the TTF. The time stamp is fixed, so that the same drawings give the same bytes. */
export function buildFont(folder: string): Promise<Buffer>;
