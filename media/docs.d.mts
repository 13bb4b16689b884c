/** What is made from the schema and the rules of step configuration: text by name of a file in this folder. */
export const documents: Readonly<Record<string, () => string>>;
