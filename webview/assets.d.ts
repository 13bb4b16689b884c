/** What the bundler makes of files that are not code: style sheets become one file beside the script, drawings become their text. */
declare module '*.css';
declare module '*.svg' {
  export default text;
  declare const text: string;
}
