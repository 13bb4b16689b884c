/** The language of link lists, as the manifest names it. */
export const languageId = 'grid-links';
