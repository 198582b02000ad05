using System.Globalization;
using System.Text;
using System.Xml;
using System.Xml.Linq;
using QDiff.Models.Images;

namespace QDiff.Models.Reports;

/// <summary>
/// A page under construction that needs nothing but itself: style, pictures and text are in the file. It is well-formed XML, follows the reader's
/// light or dark setting, fits a phone (what is wide scrolls in its own box) and prints.
/// </summary>
/// <param name="title">Title of the page.</param>
/// <param name="subtitle">One line below it.</param>
public sealed class HtmlReport(string title, string subtitle)
{
    private const string Rules = """
        :root{color-scheme:light dark;--paper:#fff;--ink:#222;--soft:#5c5c5c;--line:#d8dade;--card:#f4f5f7;--link:#14598c}
        *{box-sizing:border-box}
        body{margin:0 auto;padding:1rem;max-width:64rem;background:var(--paper);color:var(--ink);font:16px/1.5 system-ui,sans-serif;overflow-wrap:anywhere}
        h1{font-size:1.6rem;line-height:1.2;margin:.5rem 0 .2rem}
        h2{font-size:1.2rem;margin:2.2rem 0 .6rem;border-bottom:1px solid var(--line);padding-bottom:.2rem}
        p{margin:.6rem 0}
        a{color:var(--link)}
        nav ul{list-style:none;display:flex;flex-wrap:wrap;gap:.2rem 1rem;padding:0;margin:.8rem 0}
        .soft{color:var(--soft)}
        .note{border-left:4px solid #c58a00;background:var(--card);padding:.5rem .8rem;margin:1rem 0}
        .facts{display:grid;grid-template-columns:repeat(auto-fill,minmax(10.5rem,1fr));gap:.6rem;margin:1rem 0;padding:0}
        .facts div{background:var(--card);border-radius:6px;padding:.5rem .7rem}
        .facts dt{font-size:.85rem;color:var(--soft)}
        .facts dd{margin:0;font-size:1.35rem;font-weight:600;line-height:1.3}
        .facts dd.meaning{font-size:.78rem;font-weight:400;color:var(--soft)}
        figure{margin:1.2rem 0}
        figcaption{font-size:.9rem;color:var(--soft);margin-top:.3rem}
        .wide{overflow-x:auto;max-width:100%}
        .wide svg{display:block}
        .wide img{display:block;image-rendering:pixelated;max-width:100%;height:auto}
        table{border-collapse:collapse;font-size:.9rem;font-variant-numeric:tabular-nums}
        th,td{padding:.25rem .6rem;border-bottom:1px solid var(--line);text-align:right;white-space:nowrap}
        th:first-child,td:first-child{text-align:left;position:sticky;left:0;background:var(--paper)}
        .text{white-space:normal;text-align:left;min-width:12rem}
        caption{caption-side:bottom;text-align:left;color:var(--soft);padding-top:.3rem;white-space:normal}
        caption span{display:block;position:sticky;left:0;max-width:min(62rem,calc(100vw - 2rem))}
        @media(max-width:40rem){td:first-child{white-space:normal;min-width:8.5rem;max-width:10rem}}
        pre{background:var(--card);padding:.6rem .8rem;border-radius:6px;overflow-x:auto;font-size:.85rem;white-space:pre-wrap}
        details{margin:1rem 0}
        summary{cursor:pointer}
        """;

    private const string Dark = "@media screen and (prefers-color-scheme:dark){:root{--paper:#16181b;--ink:#e6e6e6;--soft:#a8a8a8;--line:#3d4146;--card:#212529;--link:#7cc0f4}";

    private const string Print = """
        @media print{body{max-width:none;padding:0;font-size:11pt}nav{display:none}.wide{overflow:visible}.wide svg,.wide img{max-width:100%;height:auto}
        table{font-size:8pt}th,td{white-space:normal;padding:.15rem .3rem}figure,.facts,tr{break-inside:avoid}h2{break-after:avoid}}
        """;

    private readonly StringBuilder _content = new();
    private readonly List<(string Id, string Title)> _sections = [];
    private readonly HashSet<string> _ids = [];

    /// <summary>Begins a section.</summary>
    public void Section(string heading)
    {
        string id = Unique($"section-{heading}");
        _sections.Add((id, heading));
        Add($"<h2 id=\"{id}\">{Escaped(heading)}</h2>");
    }

    /// <summary>Adds a paragraph of plain text.</summary>
    public void Paragraph(string text) => Add($"<p>{Escaped(text)}</p>");

    /// <summary>Adds a remark that should not be overlooked.</summary>
    public void Note(string text) => Add($"<p class=\"note\">{Escaped(text)}</p>");

    /// <summary>Adds figures that matter most, large.</summary>
    public void Facts(IEnumerable<(string Name, string Value, string Meaning)> facts)
    {
        Add($"<dl class=\"facts\">");
        foreach ((string name, string value, string meaning) in facts)
        {
            Add($"<div><dt>{Escaped(name)}</dt><dd>{Escaped(value)}</dd><dd class=\"meaning\">{Escaped(meaning)}</dd></div>");
        }

        Add($"</dl>");
    }

    /// <summary>Adds a table.</summary>
    /// <param name="caption">What it says.</param>
    /// <param name="header">Names of the columns.</param>
    /// <param name="rows">Cells, as many as there are columns.</param>
    /// <param name="texts">Columns that hold sentences rather than figures.</param>
    public void Table(string caption, IReadOnlyList<string> header, IEnumerable<IReadOnlyList<string>> rows, params int[] texts)
    {
        Add($"<div class=\"wide\" tabindex=\"0\"><table><caption><span>{Escaped(caption)}</span></caption><thead><tr>{string.Concat(header.Select((cell, i) => $"<th scope=\"col\"{(texts.Contains(i) ? " class=\"text\"" : "")}>{Escaped(cell)}</th>"))}</tr></thead><tbody>");
        foreach (IReadOnlyList<string> row in rows)
        {
            Add($"<tr>{string.Concat(row.Select((cell, i) => texts.Contains(i) ? $"<td class=\"text\">{Escaped(cell)}</td>" : $"<td>{Escaped(cell)}</td>"))}</tr>");
        }

        Add($"</tbody></table></div>");
    }

    /// <summary>Adds a vector picture.</summary>
    /// <param name="name">Its name within the page.</param>
    /// <param name="picture">The picture.</param>
    /// <param name="alternative">What is to be seen, for those who do not see it.</param>
    /// <param name="caption">What it shows and how to read it.</param>
    public void Figure(string name, SvgFigure picture, string alternative, string caption) => Figure(name, picture.Inline(alternative), caption);

    /// <summary>Adds a grey picture.</summary>
    /// <inheritdoc cref="Figure(string, SvgFigure, string, string)" path="/param"/>
    public void Figure(string name, GrayImage picture, string alternative, string caption) => Png(name, PngWriter.Encode(picture), alternative, caption);

    /// <summary>Adds a PNG file.</summary>
    /// <param name="name">Its name within the page.</param>
    /// <param name="png">The file's bytes.</param>
    /// <param name="alternative">What is to be seen, for those who do not see it.</param>
    /// <param name="caption">What it shows and how to read it.</param>
    public void Png(string name, byte[] png, string alternative, string caption) =>
        Figure(name, $"<img alt=\"{Escaped(alternative)}\" src=\"data:image/png;base64,{Convert.ToBase64String(png)}\"/>", caption);

    /// <summary>Adds an SVG file that this program wrote earlier, in the page's own colours.</summary>
    /// <param name="name">Its name within the page.</param>
    /// <param name="svg">The file's text.</param>
    /// <param name="alternative">What is to be seen, for those who do not see it.</param>
    /// <param name="caption">What it shows and how to read it.</param>
    /// <exception cref="UserErrorException">The file is damaged, or no drawing of this program.</exception>
    public void Svg(string name, string svg, string alternative, string caption)
    {
        XElement drawing;
        try
        {
            drawing = XDocument.Parse(svg).Root!;
        }
        catch (XmlException e)
        {
            throw new UserErrorException($"The picture '{name}' is damaged: {e.Message}", e);
        }

        string[] drawn = ["svg", "style", "rect", "text", "tspan", "path", "line", "circle", "ellipse", "polyline", "g"];
        if (drawing.DescendantsAndSelf().Any(e => !drawn.Contains(e.Name.LocalName) || e.Attributes().Any(a => a.Name.LocalName is "href" or "id" || a.Name.LocalName.StartsWith("on", StringComparison.Ordinal))))
        {
            throw new UserErrorException($"The picture '{name}' holds more than this program draws; restore it by finishing the run again.");
        }

        drawing.Elements().Where(e => e.Name.LocalName == "style" || (string?)e.Attribute("class") == "paper").Remove();
        foreach (XElement element in drawing.DescendantsAndSelf())
        {
            element.Name = element.Name.LocalName;
        }

        drawing.Attributes().Where(a => a.IsNamespaceDeclaration).Remove();
        drawing.SetAttributeValue("role", "img");
        drawing.SetAttributeValue("aria-label", alternative);
        Figure(name, drawing.ToString(SaveOptions.DisableFormatting), caption);
    }

    /// <summary>Adds text as it is, in a fixed-width face.</summary>
    public void Code(string text) => Add($"<pre>{Escaped(text)}</pre>");

    /// <summary>Adds text that is folded away until somebody asks for it.</summary>
    public void Folded(string summary, string text) => Add($"<details><summary>{Escaped(summary)}</summary><pre>{Escaped(text)}</pre></details>");

    /// <summary>The whole page.</summary>
    public string ToHtml() => $$"""
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8"/>
        <meta name="viewport" content="width=device-width, initial-scale=1"/>
        <title>{{Escaped(title)}}</title>
        <style>
        {{Rules}}
        {{Scoped(SvgFigure.Style(dark: false))}}
        {{Dark + Scoped(SvgFigure.Style(dark: true)) + "}"}}
        {{Print}}
        </style>
        </head>
        <body>
        <header><h1>{{Escaped(title)}}</h1><p class="soft">{{Escaped(subtitle)}}</p></header>
        <nav aria-label="Sections"><ul>{{string.Concat(_sections.Select(s => $"<li><a href=\"#{s.Id}\">{Escaped(s.Title)}</a></li>"))}}</ul></nav>
        <main>
        {{_content}}</main>
        </body>
        </html>

        """;

    private static string Escaped(string text) => SvgFigure.Escaped(text);

    /// <summary>Rules of pictures, which leave the rest of the page alone.</summary>
    private static string Scoped(string rules) => string.Concat(rules.Split('}', StringSplitOptions.RemoveEmptyEntries).Select(rule => $"svg {rule}}}"));

    private void Figure(string name, string content, string caption) =>
        Add($"<figure id=\"{Unique(name)}\"><div class=\"wide\" tabindex=\"0\">{content}</div><figcaption>{Escaped(caption)}</figcaption></figure>");

    private string Unique(string name)
    {
        string plain = string.Concat(name.ToLowerInvariant().Select(c => char.IsAsciiLetterOrDigit(c) ? c : '-')).Trim('-');
        string id = plain;
        for (int i = 2; !_ids.Add(id); i++)
        {
            id = string.Create(CultureInfo.InvariantCulture, $"{plain}-{i}");
        }

        return id;
    }

    private void Add(FormattableString element) => _content.Append(element.ToString(CultureInfo.InvariantCulture)).Append('\n');
}
