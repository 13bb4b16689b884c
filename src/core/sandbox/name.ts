/** Words of a recipe that become names of files, arguments of git and places on storage: which of them do no harm. */

/** A name that is safe as a file, as a folder and in a shell. */
const safeName = /^[A-Za-z0-9][A-Za-z0-9._+-]*$/;
const shellCharacters = /[\s;|&`$(){}<>'"\\*?!]/;
/** File systems take no longer names. */
const longestName = 200;

export function isSafeName(text: string): boolean {
  return safeName.test(text) && !text.includes('..') && text.length <= longestName;
}

/** Whether a branch, tag or commit can be an argument of git. */
export function isRevision(text: string): boolean {
  return text !== '' && !text.startsWith('-') && !/\.\.|@\{|[\s~^:?*[\\;|&`$()<>'"]/.test(text);
}

/** What keeps a text from being the address of a repository; undefined when nothing does. */
export function whyNoRepository(text: string): string | undefined {
  if (text.trim() === '') return 'is empty';
  if (text.startsWith('-')) return 'begins with “-”';
  if (/^[a-z-]+::/i.test(text)) return 'asks git to run a helper';
  if (shellCharacters.test(text.replace(/^\$\w+/, ''))) return 'holds a blank or a character of the shell';
  if (/^(https?|ssh|git|git\+ssh|file):\/\/[^/]*\/./i.test(text) || /^[\w.-]+@[\w.-]+:[^:]/.test(text)) return undefined;
  if (/^(\/|\.\.?\/|~\/|\$)/.test(text)) return undefined;
  return 'has no host';
}

/** What keeps a text from being a path on grid storage; undefined when nothing does. Variables may stand in it. */
export function whyNoLocation(text: string): string | undefined {
  if (/(^|\/)\.\.(\/|$)/.test(text)) return 'leads out of its folder by “..”';
  if (shellCharacters.test(text.replace(/\$\{?\w+\}?/g, ''))) return 'holds a blank or a character of the shell';
  return undefined;
}

/** What keeps a text from being a path of a local file, seen from the folder of the recipe; undefined when nothing does. */
export function whyNoLocalPath(text: string): string | undefined {
  if (text.trim() === '') return 'is empty';
  if (/^([/\\~]|[A-Za-z]:)/.test(text)) return 'does not begin in the folder of the file';
  if (text.split(/[/\\]/).includes('..')) return 'leads out of its folder by “..”';
  // eslint-disable-next-line no-control-regex -- a name with a line end in it would be two in every list
  if (/[\u0000-\u001f\u007f\\"'`$]/.test(text)) return 'holds a quote, “$” or another character of the shell';
  return undefined;
}
