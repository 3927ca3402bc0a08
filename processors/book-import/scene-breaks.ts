/** What stands between two scenes where a program has no mark of its own for it: `* * *`, `#`, a dash, an ornament. */
const SCENE_BREAK = /^[\s*#~•·⁂❦❧◆◇○●☙_=–—-]{1,20}$/u;

/** @param text without white space around it, and not empty */
export function isSceneBreak(text: string): boolean {
  return SCENE_BREAK.test(text);
}
