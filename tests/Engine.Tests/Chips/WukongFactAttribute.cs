namespace QDiff.Engine.Tests.Chips;

/// <summary>A test that needs the calibration of the 72-qubit chip; shown as skipped where <c>QDIFF_DATA</c> does not name a folder with it.</summary>
internal sealed class WukongFactAttribute : FactAttribute
{
    public WukongFactAttribute()
    {
        if (!File.Exists(Path))
        {
            Skip = "QDIFF_DATA does not name a folder with noise/wukong-72-2026-03-08.json.";
        }
    }

    public static string Path => System.IO.Path.Combine(Environment.GetEnvironmentVariable("QDIFF_DATA") ?? "", "noise", "wukong-72-2026-03-08.json");
}
