using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using QDiff.Models.Generators;
using QDiff.Models.Images;
using QDiff.Models.Persistence;
using QDiff.Models.Reports;

namespace QDiff.Models.Comparison;

/// <summary>Writes a comparison: for programs, as Markdown, and as a page.</summary>
/// <param name="table">The table.</param>
/// <param name="marks">What it says about the hybrid.</param>
/// <param name="runs">The runs that are in it.</param>
/// <param name="missing">What is not, and why: one sentence each.</param>
internal sealed class ComparisonPages(ComparisonTable table, IReadOnlyList<ComparisonMark> marks, IReadOnlyList<ComparedRun> runs, IReadOnlyList<string> missing)
{
    private const string Meaning =
        "Mean ± standard error over the seeds; - where a model cannot have a figure or nothing measured it. FID, precision, recall, density and coverage are measured in the features of one "
        + "classifier against the test images. Right class: recognised as the class that was asked for. Classifier accuracy: of a net which saw generated images alone, on real test images; "
        + "images of a model without classes (gmm, vae) are labelled for it by the classifier that FID uses. Nearest training image: median distance of generated images, beside that of held-out "
        + "ones in the first row. Training: one run's, its autoencoder included.";

    private const string OtherMeaning = "The same networks drawn from with other samplers, in fewer steps, and at each other's temperature τ. unet has its run's own figures here.";

    private static readonly JsonSerializerOptions s_json = new() { WriteIndented = true };

    private string Heading => string.Create(
        CultureInfo.InvariantCulture, $"{runs[0].Config.Data}, preset {string.Join(", ", runs.Select(run => run.Config.Preset).Distinct())}, seeds {string.Join(", ", runs.Select(run => run.Config.Seed).Distinct().Order())}");

    /// <summary>Writes <c>compare.json</c>, <c>compare.md</c> and <c>report.html</c>.</summary>
    public void Write(string folder)
    {
        AtomicFile.WriteText(Path.Combine(folder, "compare.json"), Json().ToJsonString(s_json));
        AtomicFile.WriteText(Path.Combine(folder, "compare.md"), Markdown());
        AtomicFile.WriteText(Path.Combine(folder, RunReport.FileName), Html());
    }

    private IReadOnlyList<(string Key, string Heading, string Format)> Columns => [.. ComparisonTable.Columns.Where(column => table.Rows.Any(row => row.Of(column.Key) is not null))];

    private JsonObject Json() => new()
    {
        ["format"] = 1,
        ["data"] = runs[0].Config.Data,
        ["runs"] = new JsonArray([.. runs.Select(run => new JsonObject
        {
            ["folder"] = run.Folder, ["model"] = run.Config.Model, ["seed"] = run.Config.Seed, ["preset"] = run.Config.Preset, ["commit"] = run.Config.Commit, ["device"] = run.Config.Device,
        })]),
        ["models"] = new JsonArray([.. table.Rows.Select(row => new JsonObject
        {
            ["name"] = row.Name,
            ["other_draw"] = row.IsOtherDraw,
            ["values"] = new JsonObject(ComparisonTable.Columns.Where(column => row.Of(column.Key) is not null).Select(column => KeyValuePair.Create(column.Key, (JsonNode?)row.Of(column.Key)!.ToJson()))),
        })]),
        ["missing"] = new JsonArray([.. missing.Select(sentence => JsonValue.Create(sentence))]),
        ["marks"] = new JsonArray([.. marks.Select(mark => new JsonObject { ["claim"] = mark.Claim, ["figures"] = mark.Figures, ["met"] = mark.IsMet })]),
    };

    private string Markdown()
    {
        var text = new StringBuilder($"# Comparison: {Heading}\n");
        Markdown(text, "", false, Meaning);
        if (table.Rows.Any(row => row.IsOtherDraw))
        {
            Markdown(text, "\n## Samplers, steps and temperatures\n", true, OtherMeaning);
        }

        text.Append("\n## Marks\n\n| mark | measured | |\n|---|---|---|\n");
        foreach (ComparisonMark mark in marks)
        {
            text.Append(CultureInfo.InvariantCulture, $"| {mark.Claim} | {mark.Figures} | {mark.Verdict} |\n");
        }

        text.Append(missing.Count > 0 ? $"\n## Missing\n\n{string.Concat(missing.Select(sentence => $"- {sentence}\n"))}" : "");
        return text.ToString();
    }

    private void Markdown(StringBuilder text, string heading, bool areOtherDraws, string meaning)
    {
        text.Append(CultureInfo.InvariantCulture, $"{heading}\n| model | {string.Join(" | ", Columns.Select(column => column.Heading))} |\n|---|{string.Concat(Columns.Select(_ => "---|"))}\n");
        foreach (ComparisonRow row in table.Rows.Where(row => row.IsOtherDraw == areOtherDraws))
        {
            text.Append(CultureInfo.InvariantCulture, $"| {row.Name} | {string.Join(" | ", Columns.Select(column => ComparisonTable.Cell(row, column)))} |\n");
        }

        text.Append(CultureInfo.InvariantCulture, $"\n{meaning}\n");
    }

    private string Html()
    {
        var page = new HtmlReport("Comparison of generative models", Heading);
        page.Section("Table");
        page.Figure("fid", FidPlot(), "FID of every model, a dot for every seed and a bar at their mean", "FID of every model, on a logarithmic axis: a dot for every seed, a bar at the mean. Left is better.");
        Table(page, false, Meaning);
        if (table.Rows.Any(row => row.IsOtherDraw))
        {
            page.Section("Samplers, steps and temperatures");
            StepsPlot(page);
            Table(page, true, OtherMeaning);
        }

        page.Section("Marks");
        page.Table("What the hybrid should reach, computed from the table.", ["mark", "measured", "verdict"], marks.Select(mark => (string[])[mark.Claim, mark.Figures, mark.Verdict]), 0, 1);
        if (missing.Count > 0)
        {
            page.Section("What is missing");
            foreach (string sentence in missing)
            {
                page.Note(sentence);
            }
        }

        page.Section("Samples");
        foreach (ComparedRun run in runs.DistinctBy(run => run.Config.Kind))
        {
            string grid = Path.Combine(run.Folder, "samples", "grid.png");
            if (File.Exists(grid))
            {
                page.Png(
                    $"samples-{run.Config.Kind}", File.ReadAllBytes(grid), $"A grid of images generated by {run.Config.Kind}",
                    string.Create(CultureInfo.InvariantCulture, $"{run.Config.Kind}, seed {run.Config.Seed}: the first generated images of every class, class 0 in the top row (in any order where the model knows no classes)."));
            }
        }

        page.Section("Runs");
        page.Table("The runs.", ["folder", "model", "seed", "preset", "device", "commit"], runs.Select(run => (string[])
            [run.Folder, run.Config.Model, run.Config.Seed.ToString(CultureInfo.InvariantCulture), run.Config.Preset, run.Config.Device, run.Config.Commit]));
        return page.ToHtml();
    }

    private void Table(HtmlReport page, bool areOtherDraws, string meaning) => page.Table(
        meaning, ["model", .. Columns.Select(column => column.Heading)],
        table.Rows.Where(row => row.IsOtherDraw == areOtherDraws).Select(row => (string[])[row.Name, .. Columns.Select(column => ComparisonTable.Cell(row, column))]));

    private void StepsPlot(HtmlReport page)
    {
        var panels = new List<LinePlot.Panel>();
        foreach (IGrouping<ImageModelKind, ComparedRun> kind in runs.Where(run => run.Config.Kind.HasDiffusion).GroupBy(run => run.Config.Kind))
        {
            var drawn = kind.First().Draws.Where(draw => draw.Draw.Variant is null && draw.Draw.Settings.Temperature == kind.First().Config.Temperature)
                .Select(draw => (draw.Draw.Settings.Sampler, draw.Draw.Settings.Steps, Fid: table.Find(draw.Draw.Row)?.Of("fid"))).Where(draw => draw.Fid is not null);
            LinePlot.Line[] lines = [.. drawn.GroupBy(draw => draw.Sampler.Name).Where(sampler => sampler.Count() > 1)
                .Select(sampler => new LinePlot.Line(sampler.Key, [.. sampler.OrderBy(draw => draw.Steps).Select(draw => ((double)draw.Steps, draw.Fid!.Mean))]))];
            if (lines.Length > 0)
            {
                panels.Add(new LinePlot.Panel(kind.Key.Name, "FID", lines));
            }
        }

        if (panels.Count > 0)
        {
            page.Figure(
                "fid-over-steps", new LinePlot("", "steps") { IsHorizontalShared = false }.Draw(panels),
                $"FID against the number of steps for {string.Join(" and ", panels.Select(panel => panel.Title))}, one line for each sampler",
                "FID (mean over the seeds) against the number of steps, one line for each sampler, at the run's own temperature.");
        }
    }

    private SvgFigure FidPlot()
    {
        const int Left = 14, Width = 320, Row = 36, Top = 6; // As wide as a phone.
        ComparisonRow[] rows = [.. table.Rows.Where(row => !row.IsOtherDraw)];
        double[] all = [.. rows.SelectMany(row => row.Of("fid")!.Values).Select(Place)];
        double low = Math.Floor(all.Min()), high = Math.Max(Math.Ceiling(all.Max()), low + 1);
        double X(double fid) => Left + (Width * (Place(fid) - low) / (high - low));
        int bottom = Top + (Row * rows.Length);
        var svg = new SvgFigure(Left + Width + Left, bottom + 34);
        double[] digits = high - low > 3 ? [1] : [1, 2, 5]; // More labels would touch.
        foreach (double tick in Enumerable.Range((int)low, (int)(high - low) + 1).SelectMany(decade => digits.Select(digit => digit * Math.Pow(10, decade))).Where(tick => Place(tick) <= high + 1e-9))
        {
            svg.Add($"<line x1='{X(tick):0.#}' x2='{X(tick):0.#}' y1='{Top}' y2='{bottom}' class='grid'/><text x='{X(tick):0.#}' y='{bottom + 14}' text-anchor='middle' class='ink'>{tick:0.####}</text>");
        }

        svg.Add($"<text x='{Left + (Width / 2)}' y='{bottom + 30}' text-anchor='middle' class='ink'>FID</text>");
        foreach ((int i, ComparisonRow row) in rows.Index())
        {
            double y = Top + (Row * i) + 24;
            int colour = row.Name == ComparisonTable.Hybrid ? 1 : 0;
            Spread fid = row.Of("fid")!;
            svg.Add($"<text x='{Left}' y='{y - 12}' class='ink'>{SvgFigure.Escaped(row.Name)} <tspan class='soft'>{fid.Text("0.00")}</tspan></text>");
            svg.Add($"<line x1='{X(fid.Mean):0.#}' x2='{X(fid.Mean):0.#}' y1='{y - 7}' y2='{y + 7}' class='stroke-{colour}' stroke-width='3'/>");
            foreach (double value in fid.Values)
            {
                svg.Add($"<circle cx='{X(value):0.#}' cy='{y}' r='3' class='fill-{colour}'/>");
            }
        }

        return svg;

        static double Place(double fid) => Math.Log10(Math.Max(fid, 1e-3));
    }
}
