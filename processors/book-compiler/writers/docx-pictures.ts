/** Pictures in WordprocessingML (ECMA-376 part 1, §20.4 and §20.2). */
import type { Picture } from '../model.ts';
import { escapeXml } from '../xml.ts';
import { MARGIN, type Paper } from './docx-design.ts';

const DRAWING = 'http://schemas.openxmlformats.org/drawingml/2006';

/** English Metric Units of an inch, and of a twentieth of a point. */
const INCH = 914_400;
const TWENTIETH = 635;

/** Dots to an inch, where the page has room for so much. */
const RESOLUTION = 150;
/** Of the page's height: a line of text stands beside it. */
const TALLEST = 0.9;

/** What Word marks as of no meaning ([MS-DOCX] 2.6.11). */
const DECORATIVE = '<a:extLst xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"><a:ext uri="{C183D7F6-B498-43B3-948B-1728B52AA6E4}"><adec:decorative xmlns:adec="http://schemas.microsoft.com/office/drawing/2017/decorative" val="1"/></a:ext></a:extLst>';

/** Properties of a paragraph that is a picture and nothing else: a line as high as it, in the middle. */
export const PICTURE_ALONE = '<w:spacing w:before="240" w:after="240" w:line="240" w:lineRule="auto"/><w:ind w:firstLine="0"/><w:jc w:val="center"/>';

/** @param number unique in the document @param relation to its file @param inset what its lines are shorter by than the page's, twentieths of a point */
export function pictureRun(picture: Picture, { alt, relation, number, paper, inset }: { alt: string; relation: string; number: number; paper: Paper; inset: number }): string {
  const { width, height } = fit(picture, { ...paper, width: paper.width - inset });
  const size = `cx="${width}" cy="${height}"`;
  const name = escapeXml(picture.name);
  const properties = `id="${number}" name="${name}" descr="${escapeXml(alt)}"`;
  return `<w:r><w:drawing><wp:inline xmlns:wp="${DRAWING}/wordprocessingDrawing" distT="0" distB="0" distL="0" distR="0"><wp:extent ${size}/>${alt === '' ? `<wp:docPr ${properties}>${DECORATIVE}</wp:docPr>` : `<wp:docPr ${properties}/>`}<a:graphic xmlns:a="${DRAWING}/main"><a:graphicData uri="${DRAWING}/picture"><pic:pic xmlns:pic="${DRAWING}/picture"><pic:nvPicPr><pic:cNvPr id="${number}" name="${name}"/><pic:cNvPicPr/></pic:nvPicPr><pic:blipFill><a:blip r:embed="${relation}"/><a:stretch><a:fillRect/></a:stretch></pic:blipFill><pic:spPr><a:xfrm><a:off x="0" y="0"/><a:ext ${size}/></a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom></pic:spPr></pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing></w:r>`;
}

/** As large as its dots make it, and no larger than the page between its margins. */
function fit({ width, height }: Picture, paper: Paper): { width: number; height: number } {
  const scale = Math.min(INCH / RESOLUTION, ((paper.width - 2 * MARGIN) * TWENTIETH) / width, ((paper.height - 2 * MARGIN) * TWENTIETH * TALLEST) / height);
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
}

/** A piece of document.xml with each picture's description in its place, as text. */
export function readDescriptions(xml: string): string {
  return xml.replace(/<wp:docPr [^>]*descr="([^"]*)"[^>]*>/g, '$1');
}
