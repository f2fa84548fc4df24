// SPDX-License-Identifier: Apache-2.0
#include "client/review/style.h"

#include "absl/strings/str_cat.h"
#include "client/review/text.h"

namespace kizuna::review {
namespace {

// One ink, one blue, and air. Blocks that lie side by side are inline-blocks, which every program
// that prints keeps whole; rows are never cut, and a heading stays with what follows it.
constexpr char kFonts[] =
    "\"Helvetica Neue\", Helvetica, Arial, \"Liberation Sans\", \"Noto Sans\", "
    "\"Noto Sans CJK JP\", \"Noto Color Emoji\", sans-serif";
constexpr char kSheet[] = R"css(
html { font-size: 10.5pt; color: #27323f; background: #eef1f4; }
body { margin: 0 auto; max-width: 178mm; padding: 14mm 16mm; background: #fff; line-height: 1.55;
  overflow-wrap: anywhere; font-variant-numeric: tabular-nums; }
:lang(ja) body, body:lang(ja) { line-height: 1.7; line-break: strict;
  font-family: "Hiragino Sans", "Hiragino Kaku Gothic ProN", "Yu Gothic", "Noto Sans CJK JP",
    "Noto Sans JP", "IPAexGothic", "IPAGothic", Meiryo, "Noto Color Emoji", sans-serif; }
h1, h2, h3 { color: #1f4e79; line-height: 1.3; break-after: avoid; }
h1 { font-size: 27pt; font-weight: 600; margin: 0 0 6mm; }
h2 { font-size: 15pt; font-weight: 600; margin: 11mm 0 3mm; padding-bottom: 1.5mm;
  border-bottom: 0.4mm solid #1f4e79; }
h3 { font-size: 11pt; font-weight: 600; margin: 5mm 0 2mm; }
p { margin: 0 0 2.5mm; orphans: 3; widows: 3; }
p.lead { color: #5d6b7a; break-after: avoid; }
p.theirs { color: inherit; break-after: auto; }
ul { margin: 0 0 3mm; padding-left: 5mm; }
li { margin: 0 0 1.2mm; break-inside: avoid; }
.kind { letter-spacing: 0.06em; color: #5d6b7a; font-size: 12pt; margin: 0 0 8mm; }
.cover { border-top: 2mm solid #1f4e79; padding-top: 22mm; }
.cover .subtitle { font-size: 14pt; margin: 0 0 2mm; }
.cover .imprint { margin-top: 22mm; color: #5d6b7a; }
.cover .imprint p { margin: 0 0 1mm; }
.mark { color: #a3341f; border: 0.4mm solid #a3341f; padding: 1mm 3mm; font-weight: 600;
  display: inline-block; margin: 0 0 5mm; }
h2 .mark { font-size: 7.5pt; padding: 0.3mm 1.6mm; margin: 0 0 0 3mm; vertical-align: middle; }
.figures { margin: 0 0 3mm; font-size: 0; }
.figure { display: inline-block; vertical-align: top; width: 31%; margin: 0 2% 3mm 0;
  border-left: 0.8mm solid #8fb1cf; padding: 0 0 0 3mm; box-sizing: border-box;
  font-size: 10.5pt; break-inside: avoid; }
.figure .label, .figure .note { display: block; color: #5d6b7a; font-size: 9pt; }
.figure .value { display: block; font-size: 17pt; line-height: 1.3; }
table { border-collapse: collapse; width: 100%; margin: 0 0 4mm; font-size: 9.5pt; }
table.whole { break-inside: avoid; }
table.compact { width: 66%; }
thead { display: table-header-group; }
tr { break-inside: avoid; }
th { text-align: left; color: #5d6b7a; font-weight: 600; border-bottom: 0.3mm solid #8b98a6;
  overflow-wrap: normal; }
th, td { padding: 1.3mm 3mm 1.3mm 0; vertical-align: top; overflow-wrap: break-word; }
.endless { overflow-wrap: anywhere; }
td { border-bottom: 0.15mm solid #d8dee5; }
th:last-child, td:last-child { padding-right: 0; }
th.number, td.number { text-align: right; white-space: nowrap; padding-right: 6mm; }
th.number:last-child, td.number:last-child { padding-right: 0; }
td.date, th.date { white-space: nowrap; }
td.number.endless, td.date.endless { white-space: normal; }
.good { color: #1d6b45; }
.warning { color: #8a5a00; }
.bad { color: #a3341f; }
.faint { color: #5d6b7a; }
td svg { width: 32mm; height: 3.2mm; display: block; margin: 1mm 0 0.5mm; }
.pictures { font-size: 0; margin: 0 0 2mm; }
figure { margin: 0 0 4mm; font-size: 10.5pt; break-inside: avoid; }
figure svg { display: block; width: 100%; }
.narrow figure { display: inline-block; vertical-align: top; width: 48%; margin-right: 2%;
  box-sizing: border-box; }
figcaption { font-size: 9pt; color: #5d6b7a; }
figure .title { font-weight: 600; font-size: 9.5pt; margin: 0 0 1mm; break-after: avoid; }
svg text { font-family: inherit; }
blockquote { margin: 0 0 3.5mm; padding: 0 0 0 4mm; border-left: 0.8mm solid #d9a05b; }
blockquote p { margin: 0 0 1mm; }
blockquote .source { color: #5d6b7a; font-size: 9pt; }
.cards { font-size: 0; }
.card { display: inline-block; vertical-align: top; width: 32%; margin: 0 2% 4mm 0;
  box-sizing: border-box; border: 0.3mm solid #c9d1da; border-top: 1.4mm solid #1f4e79;
  padding: 4mm; font-size: 9.5pt; break-inside: avoid; }
.card:nth-child(3n) { margin-right: 0; }
.card h3 { margin: 0; font-size: 15pt; }
.card .note { color: #5d6b7a; margin: 0 0 3mm; }
.card .subject { font-weight: 600; margin: 0 0 1mm; }
.card .label { color: #5d6b7a; font-size: 8.5pt; margin: 3mm 0 1mm; }
.sheet h1 { font-size: 20pt; margin: 0 0 2mm; }
.sheet .kind { margin: 0 0 3mm; }
.sheet .cover { padding-top: 6mm; }
.sheet .cover .subtitle { font-size: 11pt; }
.sheet .imprint { margin-top: 3mm; }
.sheet h2 { margin: 6mm 0 2.5mm; font-size: 13pt; }
@media screen { .cover { min-height: 60mm; } section.own { border-top: 0.3mm solid #c9d1da; } }
@media print {
  html { background: none; }
  body { max-width: none; padding: 0; }
  .cover { break-after: page; padding-top: 60mm; }
  .sheet .cover { break-after: auto; padding-top: 4mm; }
  .cover + section h2 { margin-top: 0; }
  h3 + p { break-after: avoid; }
  section > p:last-child { break-before: avoid; }
  .sheet .cover + section h2 { margin-top: 6mm; }
  section.own { break-before: page; }
  section.own h2 { margin-top: 0; }
}
)css";

std::string PageEdge(const char* box, const std::string& content, const char* colour) {
  return absl::StrCat("  @", box, " { content: ", content, "; font-size: 8pt; color: ", colour,
                      "; font-family: ", kFonts, "; }\n");
}

}  // namespace

std::string StyleSheet(const Document& document) {
  const char* const size = document.paper == Paper::kLetter ? "letter" : "A4";
  std::string sheet = absl::StrCat("\n@page { size: ", size, "; margin: 20mm 16mm 18mm;\n");
  if (!document.mark.empty()) {
    absl::StrAppend(&sheet, PageEdge("top-center", QuoteCss(document.mark), "#a3341f"));
  }
  absl::StrAppend(&sheet, PageEdge("bottom-left", QuoteCss(document.footer), "#5d6b7a"),
                  PageEdge("bottom-right", "counter(page) \" / \" counter(pages)", "#5d6b7a"),
                  "}\nbody { font-family: ", kFonts, "; }");
  absl::StrAppend(&sheet, kSheet);
  return sheet;
}

}  // namespace kizuna::review
