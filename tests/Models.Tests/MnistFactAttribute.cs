namespace QDiff.Models.Tests;

/// <summary>A test that needs MNIST; shown as skipped where <c>QDIFF_DATA</c> does not name a folder with it.</summary>
public sealed class MnistFactAttribute : FactAttribute
{
    public MnistFactAttribute()
    {
        if (string.IsNullOrWhiteSpace(Environment.GetEnvironmentVariable("QDIFF_DATA")))
        {
            Skip = "QDIFF_DATA does not name a folder with MNIST.";
        }
    }
}
