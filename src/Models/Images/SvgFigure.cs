using System.Globalization;
using System.Text;

namespace QDiff.Models.Images;

/// <summary>
/// A vector picture under construction. Colours are class names, so that the same picture stands alone on white paper or takes the light or dark
/// colours of the page that it is part of.
/// </summary>
/// <param name="width">Width in pixels.</param>
/// <param name="height">Height in pixels.</param>
public sealed class SvgFigure(double width, double height)
{
    /// <summary>Colours of lines and points that are told apart; line i has the classes <c>stroke-i</c> and <c>fill-i</c>.</summary>
    public const int Colours = 10;

    // Told apart by hue and by lightness, and readable on white and on black.
    private static readonly string[] s_light = ["#1b6ca8", "#d1495b", "#2e8b57", "#8a5a00", "#7b4fa3", "#00848a", "#b8860b", "#c2408f", "#5b6770", "#4c8c0b"];
    private static readonly string[] s_dark = ["#6fb7ee", "#f0808e", "#66c796", "#d9a441", "#b99be0", "#4fc4c9", "#e5c453", "#ea86c3", "#a9b4bd", "#9ccf5a"];

    private readonly StringBuilder _content = new();

    /// <summary>Width in pixels.</summary>
    public double Width { get; } = width;

    /// <summary>Height in pixels.</summary>
    public double Height { get; } = height;

    /// <summary>The style rules of every picture, for a page that shows it within itself.</summary>
    /// <param name="dark">Whether the page is dark.</param>
    public static string Style(bool dark)
    {
        (string ink, string soft, string frame, string grid, string far, string paper) = dark
            ? ("#e6e6e6", "#a8a8a8", "#8a8a8a", "#3d4146", "#3f6580", "#16181b")
            : ("#222", "#6b6b6b", "#888", "#ddd", "#a9c8e0", "#fff");
        var rules = new StringBuilder(
            $".ink{{fill:{ink}}}.soft{{fill:{soft}}}.paper{{fill:{paper}}}.frame{{fill:none;stroke:{frame}}}.grid{{fill:none;stroke:{grid}}}.wire{{fill:none;stroke:{frame}}}.box{{fill:{paper};stroke:{ink}}}.mark{{fill:{ink};stroke:{ink}}}.cross{{fill:none;stroke:{ink}}}.far{{fill:none;stroke:{far}}}");
        foreach ((int i, string colour) in (dark ? s_dark : s_light).Index())
        {
            rules.Append(CultureInfo.InvariantCulture, $".stroke-{i}{{fill:none;stroke:{colour}}}.fill-{i}{{fill:{colour}}}");
        }

        return rules.ToString();
    }

    /// <summary>Text as it is written into XML.</summary>
    public static string Escaped(string text) => text
        .Replace("&", "&amp;", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal)
        .Replace(">", "&gt;", StringComparison.Ordinal).Replace("\"", "&quot;", StringComparison.Ordinal);

    /// <summary>Adds an element, numbers with a decimal point.</summary>
    public void Add(FormattableString element) => _content.Append(element.ToString(CultureInfo.InvariantCulture)).Append('\n');

    /// <summary>The picture as a file of its own, on white paper.</summary>
    public string Standalone() => string.Create(
        CultureInfo.InvariantCulture,
        $"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {Width:0.#} {Height:0.#}' width='{Width:0.#}' height='{Height:0.#}' font-family='sans-serif' font-size='11'>\n<style>{Style(dark: false)}</style>\n<rect class='paper' width='{Width:0.#}' height='{Height:0.#}'/>\n{_content}</svg>\n");

    /// <summary>The picture as an element of a page that has the rules of <see cref="Style"/>.</summary>
    /// <param name="description">What is seen, for those who do not see it.</param>
    public string Inline(string description) => string.Create(
        CultureInfo.InvariantCulture,
        $"<svg role=\"img\" aria-label=\"{Escaped(description)}\" viewBox=\"0 0 {Width:0.#} {Height:0.#}\" width=\"{Width:0.#}\" height=\"{Height:0.#}\" font-family=\"sans-serif\" font-size=\"11\">\n{_content}</svg>\n");
}
