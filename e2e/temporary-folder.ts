/** What specs, apps and browsers leave in the temporary folder goes when the last of them has ended. */
import { takeTemporaryFolder } from '../scripts/test-support/temporary-folder.ts';

export default function setUp(): () => void {
  return takeTemporaryFolder();
}
