/** Text for Markdown, with nothing that Markdown would act on. */
export function plain(text: string): string {
  return text.replace(/[\\`*_{}[\]()#+!|<>-]/g, '\\$&');
}
