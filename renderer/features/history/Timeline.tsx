import { useState, type KeyboardEvent } from 'react';
import type { ChapterVersion } from '#app/recto-app.ts';
import { formatTime, nameDay } from '#renderer/features/backups/group-by-day.ts';
import { formatCount } from '#renderer/shell/format-count.ts';
import { formatPlace } from '#renderer/shell/router.ts';
import { describeChange, describeVersion } from './describe-version.ts';

interface TimelineProps {
  /** Newest first. */
  versions: readonly ChapterVersion[];
  bookId: string;
  chapterId: string;
  chosen: string | null;
  /** Drafts and expansions are among them. */
  showsBoth: boolean;
}

/** Versions by day. One stop of the keyboard: arrows go from one to the next, Enter opens. */
export function Timeline({ versions, bookId, chapterId, chosen, showsBoth }: TimelineProps) {
  const [openedAt] = useState(() => new Date());
  return (
    <section className="side-page-list" aria-label="Timeline">
      {groupVersions(versions, openedAt).map(({ name, versions: ofDay }) => (
        <section key={name} aria-label={name}>
          <h2>{name}</h2>
          {/* The keys of its links: they stand where the focus is. */}
          {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions */}
          <ul onKeyDown={moveFocus}>
            {ofDay.map((version) => (
              <li key={version.id}>
                <a
                  className="side-page-row version-row"
                  data-current={version.isCurrent || undefined}
                  data-named={version.name ? true : undefined}
                  href={formatPlace({ name: 'history', bookId, chapterId, versionId: version.id })}
                  aria-current={version.id === chosen ? 'page' : undefined}
                  tabIndex={version.id === chosen ? 0 : -1}
                >
                  <time dateTime={version.at}>{formatTime(version.at)}</time>
                  <span className="version-why">
                    {showsBoth ? `${version.of === 'draft' ? 'Draft' : 'Expansion'}, ` : ''}
                    {describeVersion(version)}
                  </span>
                  <span className="side-page-quiet version-words">
                    {formatCount(version.words, 'word')} <span className="version-change">{describeChange(version)}</span>
                    {version.device && <> · {version.device}</>}
                  </span>
                </a>
              </li>
            ))}
          </ul>
        </section>
      ))}
    </section>
  );
}

interface VersionDay {
  name: string;
  versions: ChapterVersion[];
}

function groupVersions(versions: readonly ChapterVersion[], now: Date): VersionDay[] {
  const days: VersionDay[] = [];
  for (const version of versions) {
    const name = version.isCurrent ? 'Now' : nameDay(new Date(version.at), now);
    const day = days.find((other) => other.name === name);
    if (day) day.versions.push(version);
    else days.push({ name, versions: [version] });
  }
  return days;
}

function moveFocus(event: KeyboardEvent<HTMLElement>): void {
  const links = [...(event.currentTarget.closest('.side-page-list')?.querySelectorAll<HTMLElement>('.version-row') ?? [])];
  const at = links.findIndex((link) => link === document.activeElement);
  const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: links.length - 1 }[event.key];
  const next = to === undefined ? undefined : links[to];
  if (at < 0 || !next) return;
  event.preventDefault();
  next.focus();
}
